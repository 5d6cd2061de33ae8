"""Lists that stay apart when their characters are set apart, and surnames that make two or three characters a name."""

from functools import cache

from searchidx.fold import fold

ALTERNATIVES = tuple(
    map(
        frozenset,
        (
            *(
                "是否",
                "有无",
                "男女",
                "对错",
                "正反",
                "真假",
                "新旧",
                "好坏",
                "大中小微",
                "上中下",
                "左中右",
                "高中低",
                "前中后",
            ),
            *(
                "内外",
                "公母",
                "雌雄",
                "正副",
                "甲乙丙丁戊己庚辛壬癸",
                "子丑寅卯辰巳午未申酉戌亥",
                "东南西北中",
                "春夏秋冬",
            ),
            *(
                "一二三四五六七八九十百千万零〇两日",
                "壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整圆",
                "优良中差劣及格",
                "强中弱",
            ),
            *(
                "红橙黄绿青蓝紫黑白灰粉棕",
                "酸甜苦辣咸",
                "金木水火土",
                "省市区县乡镇村组",
                "年月日时分秒",
                "号栋幢单元室层楼",
            ),
            *(
                "个十百千万亿",
                "亩分厘",
                "元角分",
                "水电气暖网路",
                "人机料法环",
                "宫商角徵羽",
                "琴棋书画",
                "梅兰竹菊",
            ),
            *(
                "生旦净末丑",
                "衣食住行",
                "天地人",
                "日月星",
                "风雨雷电雪",
                "山水田林湖草沙",
                "鸡鸭鹅鱼猪牛羊马",
                "桃李杏梅梨枣",
            ),
            *(
                "赞成反对弃权",
                "稻麦豆",
                "轻中重",
                "快慢",
                "早中晚",
                "冷热",
                "干湿",
                "单双",
                "盈亏",
                "进出",
                "收支",
                "借贷余",
            ),
            *(
                "长宽高深",
                "起止",
                "增减",
                "升降",
                "开关",
                "阴阳",
                "父母",
                "兄弟",
                "夫妻",
                "祖孙",
                "老中青",
                "工农商学兵",
            ),
            *(
                "里外",
                "前后",
                "深浅",
                "粗细",
                "软硬",
                "明暗",
                "推拉",
                "输赢胜负平",
                "买卖",
                "宽窄",
                "厚薄",
                "胖瘦",
                "轻重缓急",
                "美丑",
                "善恶",
                "生死",
                "忠孝",
                "存亡",
                "得失",
                "成败",
                "攻守",
                "动静",
                "虚实",
                "有无",
                "多少",
                "远近",
                "来去往返",
                "出入",
                "加减乘除",
                "曲直",
                "方圆",
                "老少",
                "贫富",
                "贵贱",
                "强弱",
                "松紧",
                "快慢",
                "香臭",
                "甜咸淡",
                "亲疏",
                "师生",
                "医护",
                "官兵",
                "主客",
                "宾主",
                "婚丧",
                "魏蜀吴",
                "夏商周秦汉隋唐宋元明清",
                "京津沪渝",
                "鼠牛虎兔龙蛇马羊猴鸡狗猪",
                "松竹梅",
                "仁义礼智信",
                "礼乐射御书数",
                "喜怒哀乐",
                "点线面",
                "吃住行",
                "刀枪剑戟",
                "笔墨纸砚",
                "锅碗瓢盆",
                "你我他她它",
                "柴米油盐酱醋茶面",
                "针线布",
                "金银铜铁锡",
                "之乎者也",
                "吃喝玩乐",
                "车马炮兵相士将帅卒",
            ),
        ),
    )
)
"""Characters of one list each: a run that has no others is a row of choices or columns and no word."""

SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范"
    "汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严赖覃洪武莫孔汤常温康施文牛樊葛邢安齐易乔伍庞颜"
    "倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房"
    "滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁荣巫"
)
"""Single characters that are common surnames, simplified."""

FAMILY_ONLY = frozenset("王张刘陈赵吴周徐孙朱胡郭何罗郑谢许邓冯曹曾彭萧蔡潘董袁")
"""Surnames that are hardly ever a part of a given name: ``刘 关 张`` is three families."""

COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "司徒",
        "令狐",
        "夏侯",
        "端木",
        "百里",
        "南宫",
        "长孙",
        "宇文",
        "轩辕",
    ]
)


def is_list(run: str) -> bool:
    """Return true if the characters are choices or columns of one list."""
    characters = frozenset(fold(run))
    return any(characters <= alternatives for alternatives in _folded_alternatives())


def is_surnames(run: str) -> bool:
    """Return true if all characters are surnames: a list of them, or seldom a name."""
    return len(run) > 1 and run[:2] not in COMPOUND_SURNAMES and SURNAMES.issuperset(run)


@cache
def _folded_alternatives() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(map(fold, alternatives)) for alternatives in ALTERNATIVES)


def is_name(run: str) -> bool:
    """Return true if the characters can be a person's name: a surname and one or two more."""
    if run[:2] in COMPOUND_SURNAMES:
        return len(run) in (3, 4)
    return run[0] in SURNAMES and len(run) in (2, 3) and FAMILY_ONLY.isdisjoint(run[2:])
