"""Words of a query that say how something is asked, not what is asked for.

They are dropped from a query's words only: its characters and bigrams keep them, documents are indexed with them, and
a query of nothing else keeps them all. A word is here because it stands in many questions whatever they are about;
one that may be the thing looked for (年, 人, 大, 区别, 原因) is not. Texts are folded; every one is a word that jieba
gives. The measure is MRR on whole questions: see docs/analysis.md.
"""

# What a question asks with.
_QUESTION = """
什么 什么样 干什么 甚么 哪 哪个 哪些 哪几 哪几个 哪几种 哪里 哪儿 哪边 哪位 哪一位 哪种 哪家 哪样 哪天 哪一天 哪一年 哪部 哪条 哪项
谁 怎 怎么 怎么样 怎么着 怎样 怎么办 怎么弄 怎么回事 如何 为什么 为何 何 何时 何地 何人 何种 何处 咋 咋办 啥 为啥
多少 几 几个 几种 第几 多久 是否 是不是 有没有 可不可以 好不好 请问 问 请 告诉 一下 意思
"""

# What a sentence is held together with.
_PARTICLES = """
的 了 着 过 地 得 之 吗 呢 吧 啊 呀 嘛 么 哦 啦
是 在 有 被 把 将 对 对于 关于 从 由 向 于 以 为 与 和 及 以及 或 或者 而 则 并 并且 但 但是 等 给 跟
就 都 也 还 又 才 很 最 更 这 那 这个 那个 这些 那些 其 其中 它 他 她 我 你 我们 你们 他们 它们 自己
能 会 要 可以 可 应该 叫 叫做 属于 所 一个
"""

_ENGLISH = """
a an the of in on at to for from by with and or is are was were be been do does did can could should would will
how what which who whom whose when where why this that these those it its as about into i you we they my your
"""

STOP_WORDS = frozenset((_QUESTION + _PARTICLES + _ENGLISH).split())
