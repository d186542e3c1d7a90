"""The text of a page as a reader sees it, scripts and styles left out."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.parts, self.away = [], 0

    def handle_starttag(self, tag, attrs):
        self.away += tag in ("script", "style")

    def handle_endtag(self, tag):
        self.away -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.away:
            self.parts.append(data)


def text_of(html):
    reader = _Reader()
    reader.feed(html)
    return "".join(reader.parts)
