"""What leaves the kit: briefing, slides, workbook, yearly evaluation, hub folder; made from the published set only."""
