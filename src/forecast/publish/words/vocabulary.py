"""The names and fixed phrases of the kit in both languages, (Vietnamese, English), keyed by id or code."""

from __future__ import annotations

INDICATORS: dict[str, tuple[str, str]] = {
    "labour_productivity_real": ("Năng suất lao động", "Labour productivity"),
    "labour_productivity": ("Năng suất lao động", "Labour productivity"),
    "digital_economy_share": ("Tỷ trọng kinh tế số trong GRDP", "Digital economy share of GRDP"),
    "ecommerce_revenue": ("Doanh thu thương mại điện tử", "E-commerce revenue"),
    "ecommerce_b2c_usd": ("Thương mại điện tử bán lẻ cả nước", "National retail e-commerce"),
}

TERRITORIES: dict[str, tuple[str, str]] = {
    "viet_nam": ("cả nước", "Việt Nam"),
    "hung_yen_pre2025": ("Hưng Yên trước 7/2025", "Hưng Yên before 7/2025"),
    "hung_yen_2025": ("Hưng Yên hợp nhất", "merged Hưng Yên"),
    "thai_binh_pre2025": ("Thái Bình trước 7/2025", "Thái Bình before 7/2025"),
    "red_river_delta_pre2025": (
        "Đồng bằng sông Hồng trước 7/2025",
        "Red River Delta before 7/2025",
    ),
    "red_river_delta_2025": ("Đồng bằng sông Hồng", "Red River Delta"),
}

SWITCH_LABELS: dict[str, tuple[str, str]] = {
    "hung_yen_pre2025": ("Trước 7/2025", "Before 7/2025"),
    "hung_yen_2025": ("Hợp nhất", "Merged"),
    "thai_binh_pre2025": ("Thái Bình cũ", "Former Thái Bình"),
    "viet_nam": ("Cả nước", "Việt Nam"),
    "nso": ("Cục Thống kê", "Statistics office"),
    "mic": ("Bộ TT&TT", "Ministry"),
}

MEASURES: dict[str, tuple[str, str]] = {
    "nso": ("Cục Thống kê", "the statistics office"),
    "mic": ("Bộ Thông tin và Truyền thông", "the Ministry of Information and Communications"),
    "most": ("Bộ Khoa học và Công nghệ", "the Ministry of Science and Technology"),
    "moit": ("Bộ Công Thương", "the Ministry of Industry and Trade"),
    "vecom": ("Hiệp hội Thương mại điện tử", "the E-commerce Association"),
    "metric": ("Metric (đếm giao dịch trên các sàn)", "Metric (sales counted on the platforms)"),
    "province": ("số liệu của tỉnh", "the province's own figures"),
    "worldbank": ("Ngân hàng Thế giới", "the World Bank"),
    "vietnam_report": ("Vietnam Report", "Vietnam Report"),
    "google_temasek_bain": ("Google, Temasek và Bain", "Google, Temasek and Bain"),
}

VERDICTS: dict[str, tuple[str, str]] = {
    "achieved": ("đạt", "on course"),
    "likely": ("nhiều khả năng đạt", "likely to be met"),
    "doubtful": ("khó đạt", "hard to meet"),
    "unlikely": ("rất khó đạt", "very hard to meet"),
    "met": ("đã đạt", "met"),
    "not_met": ("không đạt", "not met"),
    "undecidable": (
        "chưa kết luận được từ số liệu đã công bố",
        "cannot be decided from the published figures",
    ),
    "no_value": ("văn bản chưa đọc được chỉ tiêu", "the target in the document could not be read"),
    "no_target": ("chưa có chỉ tiêu", "no target found"),
    "reached": ("đạt", "reached"),
    "underway": ("đang thực hiện", "under way"),
    "no_figure": ("chưa có số liệu", "no figure yet"),
    "refused": ("chưa dự báo được", "no forecast given"),
}

EVENTS: dict[str, tuple[str, str]] = {
    "average_growth": ("tăng bình quân ba năm ít nhất g", "average growth over three years at least g"),
    "growth_every_year": ("cả ba năm đều tăng ít nhất g", "growth at least g in each of three years"),
    "reached": ("chạm mức L trong ba năm", "level L reached within three years"),
    "never_below": ("ba năm không xuống dưới mức L", "never below level L in three years"),
}

BOUNDS: dict[str, tuple[str, str]] = {
    "exact": ("", ""),
    "at_least": ("trên ", "more than "),
    "at_most": ("gần ", "nearly "),
    "about": ("khoảng ", "about "),
}

STATUSES: dict[str, tuple[str, str]] = {
    "official": ("chính thức", "official"),
    "preliminary": ("sơ bộ", "preliminary"),
    "estimate": ("ước tính", "estimate"),
    "press": ("theo báo chí", "from the press"),
    "derived": ("suy ra từ số liệu khác", "derived from other figures"),
    "assumption": ("giả định", "assumption"),
}

INKS: dict[str, tuple[str, str]] = {
    "published": ("số liệu công bố", "published"),
    "set_aside": ("số liệu khác, không dùng", "other figure, set aside"),
    "rebuilt": ("dựng lại, chưa phải số liệu công bố", "rebuilt, not published"),
    "derived": ("suy ra từ số liệu khác", "derived from other figures"),
    "forecast": ("dự báo", "forecast"),
    "scenario": ("kịch bản, không phải dự báo", "scenario, not a forecast"),
    "target": ("chỉ tiêu", "target"),
}

RATINGS: dict[str, tuple[str, str]] = {
    "green": ("chắc", "firm"),
    "amber": ("tạm chấp nhận", "acceptable for now"),
    "red": ("yếu", "weak"),
}

METHODS: dict[str, tuple[str, str]] = {
    "default": ("Cách của bộ công cụ", "The kit's own way"),
    "last": ("Giữ nguyên năm cuối", "Same as last year"),
    "last_value": ("Giữ nguyên năm cuối", "Same as last year"),
    "naive": ("Giữ nguyên năm cuối", "Same as last year"),
    "drift": ("Kéo dài mức tăng bình quân", "Average change continued"),
    "damped_log_drift": ("Tăng chậm dần", "Slowing growth"),
    "damped_drift": ("Tăng chậm dần", "Slowing growth"),
    "median": ("Trung vị ba cách đơn giản", "Median of three simple ways"),
    "combination": ("Kết hợp ba cách đơn giản", "Three simple ways combined"),
    "ets": ("ETS (statsmodels)", "ETS (statsmodels)"),
    "auto_ets": ("ETS (statsmodels)", "ETS (statsmodels)"),
    "arima": ("ARIMA (statsmodels)", "ARIMA (statsmodels)"),
    "theta": ("Theta (statsmodels)", "Theta (statsmodels)"),
    "holt": ("Holt (statsmodels)", "Holt (statsmodels)"),
    "local_linear_trend": ("Xu hướng cục bộ (statsmodels)", "Local trend (statsmodels)"),
    "prophet": ("Prophet", "Prophet"),
}

APPLIES: dict[str, tuple[str, str]] = {
    "own": ("chỉ tiêu của địa bàn này", "target of this territory"),
    "other_territory": (
        "chỉ tiêu đặt cho địa bàn khác, chỉ để so sánh",
        "set for another territory, for comparison only",
    ),
    "national_yardstick": (
        "mức chung cả nước, chỉ để so sánh",
        "national yardstick, for comparison only",
    ),
}

# how far a push of a scenario lies from the record of its lever
EXPERIENCE: dict[str, tuple[str, str]] = {
    "green": ("trong kinh nghiệm", "within experience"),
    "amber": ("hiếm khi (ngoài 5–95 % các năm)", "rare (beyond 5-95% of the years)"),
    "red": ("chưa từng xảy ra", "never happened"),
    "none": ("không có lịch sử để so", "no record to compare with"),
}

# the parts of the identities behind scenarios
PARTS: dict[str, tuple[str, str]] = {
    "sellers": ("số người bán", "sellers"),
    "orders_per_seller": ("số đơn mỗi người bán một năm", "orders per seller a year"),
    "order_value": ("giá trị mỗi đơn", "order value"),
    "revenue": ("doanh thu", "revenue"),
    "market": ("thị trường bán lẻ trực tuyến cả nước", "national online retail"),
    "province_share": ("phần của địa bàn trong thị trường", "share of the national market"),
    "missing": ("chưa công bố", "not published"),
    "agriculture": ("nông, lâm nghiệp và thủy sản", "agriculture"),
    "industry_construction": ("công nghiệp và xây dựng", "industry and construction"),
    "services": ("dịch vụ", "services"),
}

# the parts of a change between two days, and what changed
CHANGES: dict[str, tuple[str, str]] = {
    "saved": ("khi lưu", "when saved"),
    "model": ("cách tính và giả định", "model and assumptions"),
    "revised": ("số liệu điều chỉnh", "revised figures"),
    "new": ("số liệu mới", "new figures"),
    "territory": ("địa bàn", "territory"),
    "scenario": ("kịch bản", "scenario"),
    "now": ("bây giờ", "now"),
    "outcome": ("kết quả giữa", "middle outcome"),
    "probability": ("khả năng đạt", "chance of the target"),
    "path": ("phần chênh tới đúng con số của văn bản", "what lacks to the document's figures"),
}

# what a last figure measures when it is not the indicator of the page itself
BASES: dict[str, tuple[str, str]] = {
    "labour_productivity": ("giá hiện hành", "current prices"),
    "labour_productivity_growth": ("tăng trưởng thực", "real growth"),
    "ecommerce_platform_payments": ("thanh toán qua các sàn thương mại điện tử", "payments on e-commerce platforms"),
}

YEARLY_UNITS: dict[str, tuple[str, str]] = {
    "percent_per_year": ("% mỗi năm", "% a year"),
    "percentage_points_per_year": ("điểm phần trăm mỗi năm", "percentage points a year"),
}

# The sign beside each verdict, so that no colour speaks alone.
ICONS = {
    "achieved": "✓", "met": "✓", "likely": "↗", "doubtful": "!", "unlikely": "✕", "not_met": "✕",
    "undecidable": "?", "no_value": "?", "no_target": "–", "refused": "–",
}  # fmt: skip


def phrase(table: dict[str, tuple[str, str]], code: str, language: str) -> str:
    """The phrase of `code` in `language` ('vi' or 'en'); an unknown code is shown as plain words, never as an id."""
    pair = table.get(str(code))
    if pair is None:
        return str(code).replace("_", " ")
    return pair[0] if language == "vi" else pair[1]
