"""The figures read back from the page of figures."""

import json
import re


def facts_of(text):
    content = json.loads(re.search(r"data-facts>(.*?)</script>", text, re.S)[1])
    return [dict(zip(content["columns"], row, strict=True)) for row in content["rows"]], content
