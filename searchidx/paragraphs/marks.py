"""Boundary marks: predicates on the beginning and the end of a line (opens a paragraph, is finished, stands alone).

These are the judgements of a reader of Chinese pages, written as patterns: item marks, clock times of a
programme, dates, by-lines, sources, captions, salutations, labelled lines of a notice.
"""

import re

_NUMERAL = "〇零一二三四五六七八九十百千两廿卅"
_BULLETS = "▲△▼▽●○◎⊙■□▪▫◆◇★☆※•·►▶▷➢➤➔→✓✔☑☐◾◼"

FINAL = frozenset("。！？…；：.!?;:﹗﹖｡!?")
"""Characters that end a sentence or announce what follows."""
CLOSING = frozenset("”’」』）》〉】〕］｝\"')]}")
PAUSING = frozenset("，、,､")
HANGING = frozenset(
    "的地得和与與及或在于於对對将將为為是从從向把被以其该該各每第很最更并並而且但因由至到使让讓这這那"
)
"""Words of one character after which no sentence and hardly a title ends."""

_STRAY = frozenset("，。、；：？！）》〉」』】〕］｝,％‰℃")
"""No paragraph begins with one of these: whatever does is the rest of the one before."""
_OPENERS = {
    "（": "）",
    "(": ")",
    "《": "》",
    "〈": "〉",
    "【": "】",
    "「": "」",
    "『": "』",
    "“": "”",
    "‘": "’",
    "〔": "〕",
    "[": "]",
}

_OPENER = re.compile("[" + re.escape("".join(_OPENERS)) + "]")
_CLOSER = re.compile("[" + re.escape("".join(_OPENERS.values())) + "]")

_FIGURES = "①-⑳⑴-⒇⒈-⒛❶-❿➀-➓㈠-㈩"

ITEM = re.compile(
    rf"""
      (?=[{_BULLETS}{_NUMERAL}（(第\da-zA-Z{_FIGURES}*+–—-])  # no other character opens one, which is told at once
    (?:
      [{_BULLETS}]
    | [{_NUMERAL}]{{1,4}}[、．.:：]
    | [（(]\s?(?:[{_NUMERAL}]{{1,4}}|\d{{1,3}}|[a-zA-Z]|[ivxIVX]{{1,4}})\s?[)）]
    | 第\s?(?:[{_NUMERAL}]{{1,6}}|\d{{1,4}})\s?[条章节编部篇卷回集款项讲课期步](?![^\s:：、]{{0,2}}[，。])
    | \d{{1,3}}(?:[、．）)]|\.(?!\d))
    | \d{{1,2}}(?:\.\d{{1,2}}){{1,3}}[\s、．]
    | [{_FIGURES}]
    | [-*+–—]\s
    | [a-zA-Z][.)、．]\s?(?=[^\w\s.]|[\u3400-\u9fff]|\s)
    )
    """,
    re.VERBOSE,
)
"""A mark that opens an item of a list, a notice or an article of a law."""

_BULLET = re.compile(rf"[{_BULLETS}]")
_CLOCK = re.compile(
    r"(?:[0-2]?\d[:：][0-5]\d(?!\d))|(?:上午|下午|中午|晚上|晚间|早上|凌晨)\s?\d{1,2}[:：点时]"
)
_DAY = rf"(?:(?:\d{{4}}|[{_NUMERAL}]{{4}})\s?[年./-]\s?)?(?:\d{{1,2}}|[{_NUMERAL}]{{1,3}})\s?[月./-]\s?(?:\d{{1,2}}|[{_NUMERAL}]{{1,3}})\s?[日号]?"
_DATE_LINE = re.compile(
    rf"[（(【]?\s?{_DAY}\s?(?:[（(]?(?:星期|周|礼拜)[一二三四五六日天][)）]?)?\s?[）)】]?\s?(?:讯|电|\d\d:\d\d(?::\d\d)?)?$"
)
_DATE_START = re.compile(rf"[（(]?{_DAY}|\d{{4}}\s?年")
_ARTICLE_START = re.compile(
    r"(?:本报|本刊|本网|本台|新华社|新华网|中新社|中新网|人民网|央视网|记者从|据悉|据了解|据介绍|据新华|此外|不仅如此"
    r"|与此同时|首先|其次|最后|总之|综上|尊敬的|亲爱的|敬爱的|各位|特此|附[:：件]|注[:：]|编者按|【|——)"
)
_CREDIT = re.compile(
    r"(?:首席|见习|实习|特约|本报|本刊|通讯员|全媒体|报|社|网|台)?(?:记者|通讯员|特约撰稿|撰稿|编辑|责编|责任编辑|校对|美编|版式|摄影|供图|供稿|撰文|制图|文/|图/|文／|图／|作者|编译|译者)(?:[\s:：/／]|$)"
)
CREDIT_END = re.compile(r"(?:摄|摄影|摄影报道|报道|供图|供稿|制图|文/图|图/文|文／图|整理|编译|绘|撰)[）)]?$")
CREDIT_LAST = frozenset("摄影道图文稿理译绘撰）)\n")
"""Characters of which one is the last where :data:`CREDIT_END` finds anything."""
_SOURCE = re.compile(
    r"[（(]?(?:据|来源|转自|原载|摘自|选自|出处|综合|本报综合|新华社[\u3400-\u9fff]{0,6}电|载)[《:：“\s\u3400-\u9fff]"
)
_LABEL = re.compile(r"[^，。,；;：:！？\s（(《“]{1,12}[:：]\s?\S")
_CAPTION = re.compile(
    r"(?:▲|△|↑|↓|←|→)?(?:图为|上图|下图|左图|右图|图表|图[\d一二三四五六七八九①-⑳]|资料图|表\d)"
)
_SALUTATION = re.compile(
    r"(?:尊敬|亲爱|敬爱)的[^，,。]{1,40}[，,！!:：]$"
    r"|(?:致|各|全体|Dear\b|To\b).{0,24}[，,！!:：]$"
    r"|.{0,24}(?:们|同志|先生|女士|朋友|家长|业主|读者|用户|客户|老师|同学|单位)[，,！!:：]$"
)
_COLUMNS = re.compile(r"\S(?:\t| {3,}|　{2,})\S")
_REMARK = re.compile(r"[。！？!?”][（(][^（()）]*[)）]$")
_PHONE_END = re.compile(r"\d{3,}[-—－]?\d{3,}$")


def is_finished(text: str) -> bool:
    """Return true for a text that ends as a sentence, a clause or an announcement does.

    Quotation marks don't count, nor does a remark in brackets after the stop: ``……。(记者 张三)``.
    """
    if text[-1:] in ")）" and _REMARK.search(text, max(0, len(text) - 40)):
        return True
    position = len(text) - 1
    while position > 0 and text[position] in CLOSING and position > len(text) - 4:
        position -= 1
    return text[position : position + 1] in FINAL or text.endswith(("——", "……"))


def is_item(text: str) -> bool:
    """Return true for a text that opens with an item's mark."""
    return ITEM.match(text) is not None


def has_bullet(text: str) -> bool:
    """Return true for a text that opens with a printer's mark such as ▲, which sets off a notice."""
    return _BULLET.match(text) is not None


def is_stray(text: str) -> bool:
    """Return true for a text that opens with a sign no text opens with: a comma, a closing bracket."""
    return text[:1] in _STRAY


def opens_anew(text: str) -> bool:
    """Return true for a text that can't continue the one before: an item, a time, a date line, a credit, a label."""
    return bool(
        ITEM.match(text)
        or _CLOCK.match(text)
        or _DATE_LINE.match(text)
        or _ARTICLE_START.match(text)
        or _is_credit(text)
        or _CAPTION.match(text)
        or (len(text) < 60 and _LABEL.match(text))
    )


def opens_with_date(text: str) -> bool:
    """Return true for a text that opens with a date, as many paragraphs do and few continuations."""
    return _DATE_START.match(text) is not None


def stands_alone(text: str) -> bool:
    """Return true for a text that is complete without a final stop: a by-line, source, caption, label or row."""
    return bool(
        _is_credit(text)
        or (len(text) < 30 and _SOURCE.match(text) and not PAUSING.intersection(text))
        or _DATE_LINE.match(text)
        or (text[-1] in "，,！!：:" and _SALUTATION.match(text))
        or (_LABEL.match(text) and (_PHONE_END.search(text) or not PAUSING.intersection(text)))
        or (_CLOCK.match(text) and "。" not in text)
        or _COLUMNS.search(text)
    )


def _is_credit(text: str) -> bool:
    """Return true for a by-line, and for a text that ends in one after its last sentence."""
    last = text[text.rfind("。") + 1 :]
    if len(last) > 60:
        return False
    if last[-1:] in CREDIT_LAST and CREDIT_END.search(last):
        return True
    return len(last) == len(text) and _CREDIT.search(text) is not None and not PAUSING.intersection(text)


def leaves_bracket_open(text: str, following: str) -> bool:
    """Return true for a text that breaks off inside a bracket or a quotation that the following closes."""
    if not (_OPENER.search(text) and _CLOSER.search(following)):
        return False
    for opener, closer in _OPENERS.items():
        opened = text.rfind(opener)
        if opened > text.rfind(closer) and opened < len(text) - 1:
            closing, reopening = following.find(closer), following.find(opener)
            if closing >= 0 and (reopening < 0 or closing < reopening):
                return True
    return False
