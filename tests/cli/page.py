"""What holds for any page of a report: read with a parser that forgives nothing."""
import html.parser
import re

VOID = {"meta", "link", "input", "br", "hr", "img"}
DROPPED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")


class Page(html.parser.HTMLParser):
    """wrong: what does not hold. ids, text, rows (of tables, by caption), tags (of each kind)."""

    def __init__(self, data):
        super().__init__(convert_charrefs=True)
        self.wrong, self.open, self.ids, self.refers, self.links = [], [], set(), [], []
        self.text, self.rows, self.tags, self.captions = "", {}, {}, []
        try:
            source = data.decode("utf-8")
        except UnicodeDecodeError as e:
            self.wrong.append("not UTF-8: %s" % e)
            source = data.decode("utf-8", "replace")
        unseen = DROPPED.search(source)
        if unseen:
            self.wrong.append("a character that is not seen: %r" % source[unseen.start() - 20:unseen.end() + 20])
        self.feed(source)
        self.close()
        self.wrong += ["not closed: " + tag for tag in self.open]
        self.wrong += ["refers to no id: " + name for name in self.refers if name not in self.ids]

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        a = dict(attributes)
        self.tags[tag] = self.tags.get(tag, 0) + 1
        if len(set(names)) < len(names):
            self.wrong.append("an attribute twice: %s" % self.get_starttag_text())
        if any(name.startswith("on") or name == "style" for name in names):
            self.wrong.append("inline script or style: %s" % self.get_starttag_text())
        if "id" in a:
            if a["id"] in self.ids:
                self.wrong.append("id twice: " + a["id"])
            self.ids.add(a["id"])
        self.refers += a.get("aria-labelledby", "").split()
        for name in "href", "src", "action", "data", "srcset":
            if name in a:
                self.links.append(a[name])
                if a[name].startswith("#"):
                    self.refers.append(a[name][1:])
                elif a[name] != "data:,":
                    self.wrong.append("leads outside: %s" % self.get_starttag_text())
        if tag == "th" and a.get("scope") not in ("col", "row"):
            self.wrong.append("a heading without a scope: %s" % self.get_starttag_text())
        if "tabindex" in a and not (a.get("role") and (a.get("aria-label") or a.get("aria-labelledby"))):
            self.wrong.append("focus without a name: %s" % self.get_starttag_text())
        if tag == "tr" and self.captions:
            self.rows[self.captions[-1]].append([])
        if tag in ("td", "th") and self.captions and self.rows[self.captions[-1]]:
            self.rows[self.captions[-1]][-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.wrong.append("</%s> closes %s" % (tag, self.open[-3:]))
        elif self.open:
            self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] in ("script", "style"):
            return
        self.text += data
        if self.open and self.open[-1] == "caption":
            self.captions.append(data)
            self.rows.setdefault(data, [])
        elif self.captions and ("td" in self.open or "th" in self.open) and self.rows[self.captions[-1]]:
            self.rows[self.captions[-1]][-1][-1] += data
