"""The names and fixed phrases of the kit in both languages, keyed by id or code."""

from __future__ import annotations

from collections.abc import Mapping

from forecast.domain import Text

INDICATORS: dict[str, Text] = {
    "labour_productivity_real": Text("Năng suất lao động", "Labour productivity"),
    "labour_productivity": Text("Năng suất lao động", "Labour productivity"),
    "digital_economy_share": Text("Tỷ trọng kinh tế số trong GRDP", "Digital economy share of GRDP"),
    "ecommerce_revenue": Text("Doanh thu thương mại điện tử", "E-commerce revenue"),
    "ecommerce_b2c_usd": Text("Thương mại điện tử bán lẻ cả nước", "National retail e-commerce"),
}

TERRITORIES: dict[str, Text] = {
    "viet_nam": Text("cả nước", "Việt Nam"),
    "hung_yen_pre2025": Text("Hưng Yên trước 7/2025", "Hưng Yên before 7/2025"),
    "hung_yen_2025": Text("Hưng Yên hợp nhất", "merged Hưng Yên"),
    "thai_binh_pre2025": Text("Thái Bình trước 7/2025", "Thái Bình before 7/2025"),
    "red_river_delta_pre2025": Text(
        "Đồng bằng sông Hồng trước 7/2025",
        "Red River Delta before 7/2025",
    ),
    "red_river_delta_2025": Text("Đồng bằng sông Hồng", "Red River Delta"),
}

SWITCH_LABELS: dict[str, Text] = {
    "hung_yen_pre2025": Text("Trước 7/2025", "Before 7/2025"),
    "hung_yen_2025": Text("Hợp nhất", "Merged"),
    "thai_binh_pre2025": Text("Thái Bình cũ", "Former Thái Bình"),
    "viet_nam": Text("Cả nước", "Việt Nam"),
    "nso": Text("Cục Thống kê", "Statistics office"),
    "mic": Text("Bộ TT&TT", "Ministry"),
}

MEASURES: dict[str, Text] = {
    "nso": Text("Cục Thống kê", "the statistics office"),
    "mic": Text("Bộ Thông tin và Truyền thông", "the Ministry of Information and Communications"),
    "most": Text("Bộ Khoa học và Công nghệ", "the Ministry of Science and Technology"),
    "moit": Text("Bộ Công Thương", "the Ministry of Industry and Trade"),
    "vecom": Text("Hiệp hội Thương mại điện tử", "the E-commerce Association"),
    "metric": Text("Metric (đếm giao dịch trên các sàn)", "Metric (sales counted on the platforms)"),
    "province": Text("số liệu của tỉnh", "the province's own figures"),
    "worldbank": Text("Ngân hàng Thế giới", "the World Bank"),
    "vietnam_report": Text("Vietnam Report", "Vietnam Report"),
    "google_temasek_bain": Text("Google, Temasek và Bain", "Google, Temasek and Bain"),
}

VERDICTS: dict[str, Text] = {
    "achieved": Text("đạt", "on course"),
    "likely": Text("nhiều khả năng đạt", "likely to be met"),
    "doubtful": Text("khó đạt", "hard to meet"),
    "unlikely": Text("rất khó đạt", "very hard to meet"),
    "met": Text("đã đạt", "met"),
    "not_met": Text("không đạt", "not met"),
    "undecidable": Text(
        "chưa kết luận được từ số liệu đã công bố",
        "cannot be decided from the published figures",
    ),
    "no_value": Text("văn bản chưa đọc được chỉ tiêu", "the target in the document could not be read"),
    "no_target": Text("chưa có chỉ tiêu", "no target found"),
    "reached": Text("đạt", "reached"),
    "underway": Text("đang thực hiện", "under way"),
    "no_figure": Text("chưa có số liệu", "no figure yet"),
    "refused": Text("chưa dự báo được", "no forecast given"),
}

EVENTS: dict[str, Text] = {
    "average_growth": Text("tăng bình quân ba năm ít nhất g", "average growth over three years at least g"),
    "growth_every_year": Text("cả ba năm đều tăng ít nhất g", "growth at least g in each of three years"),
    "reached": Text("chạm mức L trong ba năm", "level L reached within three years"),
    "never_below": Text("ba năm không xuống dưới mức L", "never below level L in three years"),
}

BOUNDS: dict[str, Text] = {
    "exact": Text("", ""),
    "at_least": Text("trên ", "more than "),
    "at_most": Text("gần ", "nearly "),
    "about": Text("khoảng ", "about "),
}

DIRECTIONS: dict[str, Text] = {
    "at_least": Text("ít nhất ", "at least "),
    "at_most": Text("nhiều nhất ", "at most "),
    "above": Text("trên ", "above "),
    "about": Text("khoảng ", "about "),
}

STATUSES: dict[str, Text] = {
    "official": Text("chính thức", "official"),
    "preliminary": Text("sơ bộ", "preliminary"),
    "estimate": Text("ước tính", "estimate"),
    "press": Text("theo báo chí", "from the press"),
    "derived": Text("suy ra từ số liệu khác", "derived from other figures"),
    "assumption": Text("giả định", "assumption"),
}

INKS: dict[str, Text] = {
    "published": Text("số liệu công bố", "published"),
    "set_aside": Text("số liệu khác, không dùng", "other figure, set aside"),
    "rebuilt": Text("dựng lại, chưa phải số liệu công bố", "rebuilt, not published"),
    "derived": Text("suy ra từ số liệu khác", "derived from other figures"),
    "forecast": Text("dự báo", "forecast"),
    "scenario": Text("kịch bản, không phải dự báo", "scenario, not a forecast"),
    "target": Text("chỉ tiêu", "target"),
}

RATINGS: dict[str, Text] = {
    "green": Text("chắc", "firm"),
    "amber": Text("tạm chấp nhận", "acceptable for now"),
    "red": Text("yếu", "weak"),
}

METHODS: dict[str, Text] = {
    "default": Text("Cách của bộ công cụ", "The kit's own way"),
    "last": Text("Giữ nguyên năm cuối", "Same as last year"),
    "last_value": Text("Giữ nguyên năm cuối", "Same as last year"),
    "naive": Text("Giữ nguyên năm cuối", "Same as last year"),
    "drift": Text("Kéo dài mức tăng bình quân", "Average change continued"),
    "damped_log_drift": Text("Tăng chậm dần", "Slowing growth"),
    "damped_drift": Text("Tăng chậm dần", "Slowing growth"),
    "median": Text("Trung vị ba cách đơn giản", "Median of three simple ways"),
    "combination": Text("Kết hợp ba cách đơn giản", "Three simple ways combined"),
    "ets": Text("ETS (statsmodels)", "ETS (statsmodels)"),
    "auto_ets": Text("ETS (statsmodels)", "ETS (statsmodels)"),
    "arima": Text("ARIMA (statsmodels)", "ARIMA (statsmodels)"),
    "theta": Text("Theta (statsmodels)", "Theta (statsmodels)"),
    "holt": Text("Holt (statsmodels)", "Holt (statsmodels)"),
    "local_linear_trend": Text("Xu hướng cục bộ (statsmodels)", "Local trend (statsmodels)"),
    "prophet": Text("Prophet", "Prophet"),
}

APPLIES: dict[str, Text] = {
    "own": Text("chỉ tiêu của địa bàn này", "target of this territory"),
    "other_territory": Text(
        "chỉ tiêu đặt cho địa bàn khác, chỉ để so sánh",
        "set for another territory, for comparison only",
    ),
    "national_yardstick": Text(
        "mức chung cả nước, chỉ để so sánh",
        "national yardstick, for comparison only",
    ),
}

# how far a push of a scenario lies from the record of its lever
EXPERIENCE: dict[str, Text] = {
    "green": Text("trong kinh nghiệm", "within experience"),
    "amber": Text("hiếm khi (ngoài 5–95 % các năm)", "rare (beyond 5-95% of the years)"),
    "red": Text("chưa từng xảy ra", "never happened"),
    "none": Text("không có lịch sử để so", "no record to compare with"),
}

# the parts of the identities behind scenarios
PARTS: dict[str, Text] = {
    "sellers": Text("số người bán", "sellers"),
    "orders_per_seller": Text("số đơn mỗi người bán một năm", "orders per seller a year"),
    "order_value": Text("giá trị mỗi đơn", "order value"),
    "revenue": Text("doanh thu", "revenue"),
    "market": Text("thị trường bán lẻ trực tuyến cả nước", "national online retail"),
    "province_share": Text("phần của địa bàn trong thị trường", "share of the national market"),
    "missing": Text("chưa công bố", "not published"),
    "agriculture": Text("nông, lâm nghiệp và thủy sản", "agriculture"),
    "industry_construction": Text("công nghiệp và xây dựng", "industry and construction"),
    "services": Text("dịch vụ", "services"),
}

# the parts of a change between two days, and what changed
CHANGES: dict[str, Text] = {
    "saved": Text("khi lưu", "when saved"),
    "model": Text("cách tính và giả định", "model and assumptions"),
    "revised": Text("số liệu điều chỉnh", "revised figures"),
    "new": Text("số liệu mới", "new figures"),
    "territory": Text("địa bàn", "territory"),
    "scenario": Text("kịch bản", "scenario"),
    "now": Text("bây giờ", "now"),
    "outcome": Text("kết quả giữa", "middle outcome"),
    "probability": Text("khả năng đạt", "chance of the target"),
    "path": Text("phần chênh tới đúng con số của văn bản", "what lacks to the document's figures"),
}

# what a last figure measures when it is not the indicator of the page itself
BASES: dict[str, Text] = {
    "labour_productivity": Text("giá hiện hành", "current prices"),
    "labour_productivity_growth": Text("tăng trưởng thực", "real growth"),
    "ecommerce_platform_payments": Text("thanh toán qua các sàn thương mại điện tử", "payments on e-commerce platforms"),
}

YEARLY_UNITS: dict[str, Text] = {
    "percent_per_year": Text("% mỗi năm", "% a year"),
    "percentage_points_per_year": Text("điểm phần trăm mỗi năm", "percentage points a year"),
}

# The sign beside each verdict, so that no colour speaks alone.
ICONS = {
    "achieved": "✓", "met": "✓", "likely": "↗", "doubtful": "!", "unlikely": "✕", "not_met": "✕",
    "undecidable": "?", "no_value": "?", "no_target": "–", "refused": "–",
}  # fmt: skip


def phrase(table: Mapping[str, Text], code: object) -> Text:
    """The phrase of `code`; an unknown code is shown as plain words, never as an id."""
    return table.get(str(code)) or Text.same(str(code).replace("_", " "))
