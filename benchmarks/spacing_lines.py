"""Labelled lines for the spacing benchmark: words set apart by spaces, and single characters that are no words.

Words stand in the forms in which documents set them apart; each list of single characters stands in each context. In a context
``{}`` is the place of the words or the list. Lists that are an expression themselves (笔墨纸砚) are among neither: a reader alone can
tell which is meant.
"""

from collections.abc import Iterator
from typing import NamedTuple

WIDE = ("\u3000", "\u3000\u3000", "  ", "    ", "\t", "\u2003\u2003")
"""Gaps that set two characters apart."""
NARROW = (" ", "\u3000", "  ", "\u2002", "\xa0")
"""Gaps that set three characters and more apart."""


class Line(NamedTuple):
    """A labelled line.

    Attributes:
        kind: Kind of line.
        text: The line.
        words: Words that a reader finds in it; none if its characters stay apart.
    """

    kind: str
    text: str
    words: tuple[str, ...]


_PAIRS = """
通知 目录 摘要 前言 序言 附录 附件 公告 索引 概述 简介 说明 纪要 议程 决议 声明 后记 引言 绪论 结论 致谢 总则 附则 提要 正文 批复
请示 函件 通告 通报 意见 报告 目錄 結論 說明 附錄 聲明
"""
_LONGER = """
会议纪要 工作简报 情况通报 年度报告 管理办法 实施细则 组织机构 参考文献 编写说明 会议议程 营业收入 固定资产 现金流量 检验报告
施工合同 招标公告 中标通知书 授权委托书 竣工验收 质量保证 领导小组 人民政府 办公室 委员会 工程概况 技术规范 安全生产 應收帳款
營業收入 會議紀要 資產負債
"""
_FIELDS = "姓名 性别 单位 职务 备注 编号 日期 金额 数量 单价 序号 电话 地址 年龄 籍贯 民族 学历 职称 品名 规格 型号 产地 合计 小计"
_PARTIES = "甲方 乙方 签字 日期 地址 主编 编委 审核 制表 校对 抄送 主送 印章"
_NAMES = "张三 李明 王芳 刘洋 陈静 杨帆 赵磊 黄敏 周涛 吴迪 徐丽 孙浩 胡月 朱琳 高峰 林岚 何江 郭渡 马骏 罗岩"
_LONG_NAMES = "张岚江 李渡远 王晓梅 欧阳岚 司马渡 陈思远 诸葛清岚"
_SENTENCES = (
    ("本 公 司 本 年 度 营 业 收 入 增 长 较 快 。", "公司 年度 营业收入 增长"),
    ("经 研 究 决 定 ， 同 意 该 项 目 开 工 建 设 。", "研究 决定 同意 项目 开工建设"),
    ("各 单 位 应 当 加 强 安 全 生 产 管 理", "单位 应当 加强 安全生产 管理"),
    ("岚 江 渡 口 改 造 工 程 昨 日 动 工 ， 预 计 明 年 完 工", "渡口改造 工程 动工 预计 明年"),
    ("申 请 人 应 当 提 交 身 份 证 明 材 料", "申请人 应当 提交 身份证明 材料"),
    ("為 了 保 護 環 境 ， 請 減 少 使 用 塑 膠 袋", "保護環境 減少 使用"),
    ("上 述 款 项 应 于 合 同 签 订 后 付 清", "款项 合同 签订"),
    ("会 议 听 取 了 关 于 防 汛 工 作 的 汇 报", "会议 听取 关于 防汛 工作 汇报"),
    ("受 理 机 关 应 在 规 定 期 限 内 作 出 答 复", "受理机关 规定期限 答复"),
    ("请 妥 善 保 管 本 票 ， 遗 失 不 补", "妥善保管 遗失不补"),
    ("本 办 法 自 发 布 之 日 起 施 行", "办法 发布之日 施行"),
    ("该 产 品 符 合 国 家 标 准 要 求", "产品 符合 国家标准 要求"),
)
_NUMBERED = (
    ("第 一 章  总 则", "第一章 总则"),
    ("第 二 节  组 织 机 构", "第二节 组织机构"),
    ("第 十 二 条", "第十二条"),
    ("二 〇 二 三 年 四 月", "二〇二三年四月"),
    ("2 0 2 3 年", "2023年"),
    ("2 0 2 3 年 4 月", "2023年4月"),
    ("第 1 2 号", "第12号"),
    ("目 录 ........ 1", "目录"),
    ("前 言 …… 3", "前言"),
    ("第 一 季 度 营 业 收 入", "第一季度 营业收入"),
)
_CODES = "HT-2023 NO.20230417 L500057910 GB/T19001 AB1234 JC-07-118 X900 KQ-7781 CNAS0417 2023-0417 11-20-305 DL4470"
_SPELLED = "NOTICE APPENDIX CONTRACT SUMMARY REPORT INVOICE MINUTES CERTIFICATE"
_COLUMNS = "通知 目录 出口 渡口改造工程 会议纪要 注意安全 档案室 值班表 岚江晚报 营业时间 消防通道 禁止停车"

_LISTS = """
是否 有无 男女 对错 真假 甲乙丙丁 甲乙丙 子丑寅卯 东南西北 春夏秋冬 上中下 左中右 高中低 大中小 优良中差 红黄蓝 红橙黄绿 金木水火土
一二三四 一二三四五六日 壹贰叁肆 年月日 时分秒 元角分 省市县 市县乡村 水电 水电气 个十百千万 号楼层 酸甜苦辣 生旦净末丑 梅兰竹菊
琴棋书画 衣食住行 早中晚 老中青 父母 你我他 快慢 冷热 长宽高 收支 进出 增减 正副 公母 单双 阴阳 天地人 日月星 鸡鸭鹅 牛羊马
ABCD ABC123 abc xyz 1234 12345 0110 WASD QWER ABCDEF 135 2468
张王李赵 赵钱孙李 米面油 猫狗鸟 金银铜铁锡 柴米油盐 桃李杏 稻麦豆 兵马炮 针线布 里外 前后 深浅 粗细 软硬 新旧
盐糖醋 木铁石 秦汉唐 魏蜀吴 京沪粤 鼠牛虎兔 松竹梅 刀枪剑 手脚头 吃住行 买卖 胜平负 主客 输赢 推拉 停走 点线面 红蓝 宽窄 铁铜铝
猪牛羊 玉米豆 萝茄椒 甜咸 明暗 张李 师生 医护 官兵 湖河江 树草花 桌椅柜 门窗墙 加减 忠孝 仁义礼智信 宋元明清 礼乐射御书数
"""
_SECOND_WORDS = """
工资表 值班室 花名册 检票处 调度室 问询处 小卖部 收据 存根 回执 须知 公示 概况 综述 图例 编者按 目次 凡例 备查簿 出库单 验收单 报名表
登记簿 意向书 备忘录 建设工程规划许可证 岚江航运股份有限公司 防汛抗旱指挥部 档案管理制度 安全操作规程 工程量清单 财务决算报告 林渡江
赵小川 孙亦可 白露 叶青 温故
"""
_SECOND_LISTS = """
糖盐油 铝锌锡 桑榆槐 琴瑟鼓 狼虎豹 鹰燕雀 蒸煮炸 拖扫擦 红白 咸辣 南北 东西 升降 左右 鱼虾蟹 碗盘勺 床桌灯 砖瓦石 读写算 哭笑 站坐
走跑跳 头颈肩 心肝脾肺肾 刘关张 商周 唐宋 楚汉 渝蓉 鄂湘赣 韭葱蒜 茶酒烟 沙石土 钉锤锯 粉红
"""
"""A second sample, written when the rules stood; only the endings of nouns were added for it."""
_LIST_CONTEXTS = (
    "{}",
    "请选择： {}",
    "选项（ {} ）",
    "类别 {} 合计",
    "表头 | {} |",
    "1. {}",
    "分为 {} 几类",
    "填写 {} 即可。",
    "各列依次是 {} 。",
    "本组 {} 共计",
    "按 {} 排列",
    "结果：{}，见下表",
    "\t{}\t",
    "□ {}",
)
_PROSE = (
    "你好 世界 和 平",
    "在 Linux 下 用 gcc 编译",
    "按 A 键 继续",
    "3 月 6 日 到 5 月 1 日",
    "共 5 页 第 1 页",
    "设 x 和 y 为 整数",
    "我 来到 岚江 的 渡口",
    "他 在 学校 里 看 书",
    "这 是 一个 分词 的 例子 ， 词 与 词 之间 有 空格",
    "把 文件 从 A 复制 到 B",
    "用 C 写 的 程序 比 用 它 写 的 快",
    "第 3 章 第 5 节 的 内容",
    "版本 2 和 版本 3 的 区别",
    "小明 和 小红 去 公园",
    "值 为 0 或 1 时",
    "见 图 3 和 表 2",
    "长 3 米 宽 2 米 高 1 米",
    "一 是 加强 管理 二 是 落实 责任",
    "甲 说 了 一句 ， 乙 没有 回答",
    "如果 a 大于 b 则 交换",
)
_WORDS_BEFORE = ("", "注意 ", "例如 ", "其中 ", "问题 ", "说明 ", "（续） ", "结论： ")


def together() -> Iterator[Line]:
    """Yield lines with words that are set apart."""
    for word in _PAIRS.split():
        yield from (Line("headings", gap.join(word), (word,)) for gap in WIDE)
    for word in _LONGER.split():
        yield from (Line("headings", gap.join(word), (word,)) for gap in NARROW)
    for word in _FIELDS.split():
        yield from (
            Line("table heads", f"序号\t{gap.join(word)}\t说明", (word,)) for gap in WIDE if gap != "\t"
        )
        yield from (Line("table heads", f"| {gap.join(word)} | 说明 |", (word,)) for gap in (" ", *WIDE[:4]))
    for word in _PARTIES.split():
        yield from (Line("labels", f"{gap.join(word)}：岚江渡口", (word,)) for gap in WIDE[:4])
    for name in _NAMES.split():
        yield from (
            Line("names", text.format(gap.join(name)), (name,))
            for gap in WIDE[:4]
            for text in ("{}", "| {} | 馆员 |", "联系人：{}")
        )
    for name in _LONG_NAMES.split():
        yield from (Line("names", gap.join(name), (name,)) for gap in NARROW)
    for word in _SECOND_WORDS.split():
        yield from (
            Line("second sample", gap.join(word), (word,)) for gap in (WIDE if len(word) == 2 else NARROW)
        )
    yield from (Line("scanned text", text, tuple(words.split())) for text, words in _SENTENCES)
    yield from (Line("numbered", text, tuple(words.split())) for text, words in _NUMBERED)
    for code in _CODES.split():
        yield from (
            Line("codes", text.format(" ".join(code)), (code,)) for text in ("{}", "编号：{}", "（{}）")
        )
    yield from (Line("letters", " ".join(word), (word,)) for word in _SPELLED.split())
    yield from (Line("vertical text", "\n".join(word), (word,)) for word in _COLUMNS.split())


def apart() -> Iterator[Line]:
    """Yield lines with single characters between spaces that are no words."""
    for members in _LISTS.split():
        for gap in (" ", "\u3000") if len(members) > 2 or members.isascii() else (" ",):
            for context in _LIST_CONTEXTS:
                yield Line("lists", context.format(gap.join(members)), ())
    for members in _SECOND_LISTS.split():
        for gap in (" ", "\u3000") if len(members) > 2 else (" ",):
            yield from (Line("second sample", text.format(gap.join(members)), ()) for text in _LIST_CONTEXTS)
    for members in ("是否", "男女", "有无", "水电", "对错"):
        yield from (Line("lists", gap.join(members), ()) for gap in WIDE)
    yield from (Line("prose", before + line, ()) for line in _PROSE for before in _WORDS_BEFORE)
