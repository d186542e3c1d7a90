"""Targets as readers type them: those that can be asked, with what they mean, and those refused, with how the sentence reads."""

PRODUCTIVITY, SHARE, SALES = (
    ("labour_productivity_real", "hung_yen_2025", "nso"),
    ("digital_economy_share", "hung_yen_2025", "nso"),
    ("ecommerce_revenue", "hung_yen_2025", "moit"),
)
READ = [
    (PRODUCTIVITY, "7 %/năm đến 2030", ("growth_average", 7.0, 2026, 2030)),
    (PRODUCTIVITY, "Tăng 8,5% mỗi năm", ("growth_average", 8.5, 2026, 2030)),
    (PRODUCTIVITY, "NĂM NÀO CŨNG 7 %/năm 2026–2029", ("growth_each_year", 7.0, 2026, 2029)),
    (PRODUCTIVITY, "every year 7.5% a year to 2028", ("growth_each_year", 7.5, 2026, 2028)),
    (PRODUCTIVITY, "7 %/năm 2021-2030", ("growth_average", 7.0, 2021, 2030)),
    (SHARE, "30 % năm 2028", ("level", 30.0, 2028, 2028)),
    (SHARE, "30%", ("level", 30.0, 2030, 2030)),
    (SALES, "10 nghìn tỷ đồng năm 2028", ("level", 10_000.0, 2028, 2028)),
    (SALES, "1.500 tỷ năm 2027", ("level", 1_500.0, 2027, 2027)),
    (SALES, "1,5 nghìn tỷ năm 2027", ("level", 1_500.0, 2027, 2027)),
    (SALES, "20 %/năm đến 2030", ("growth_average", 20.0, 2026, 2030)),
]
REFUSED = [
    (PRODUCTIVITY, "", "Chưa đọc được"),
    (PRODUCTIVITY, "bảy phần trăm", "Chưa đọc được"),
    (PRODUCTIVITY, "7 %/năm và 8 %/năm", "Chưa đọc được"),
    (PRODUCTIVITY, "7 %/năm 2026 2028 2030", "Chưa đọc được"),
    (PRODUCTIVITY, "7 %/năm đến 2030 " + "x" * 80, "Chưa đọc được"),
    (PRODUCTIVITY, "dưới 7 %/năm đến 2030", "Chỉ hỏi được mức ít nhất"),
    (PRODUCTIVITY, "10 nghìn tỷ năm 2030", "theo tốc độ tăng"),
    (PRODUCTIVITY, "70 %/năm đến 2030", "70 nằm ngoài mức hỏi được: từ 0,1 đến 30 %"),
    (PRODUCTIVITY, "-7 %/năm đến 2030", "nằm ngoài mức hỏi được"),
    (PRODUCTIVITY, "7 %/năm đến 2045", "Năm 2045 nằm ngoài các năm hỏi được: từ 2026 đến 2030"),
    (PRODUCTIVITY, "7 %/năm đến 2025", "Năm 2025 nằm ngoài"),
    (PRODUCTIVITY, "7 %/năm 2030-2026", "nằm ngoài"),
    (SHARE, "7 %/năm đến 2030", "Tỷ trọng hỏi theo mức"),
    (SHARE, "130 % năm 2030", "130 nằm ngoài mức hỏi được: từ 0,1 đến 100 %"),
    (SHARE, "10 tỷ năm 2030", "Chưa đọc được"),
    (SALES, "0 tỷ năm 2030", "nằm ngoài mức hỏi được: từ 1 đến 1.000.000 tỷ đồng"),
]
