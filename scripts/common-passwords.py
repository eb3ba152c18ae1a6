#!/usr/bin/env python3
"""scripts/common-passwords.py [--check]

Writes crates/auth/data/common-passwords.txt: common passwords, which are
refused (NIST SP 800-63B-4, 3.1.1.2), one per line, sorted by bytes, lower
case, 8 to 64 characters. Nothing is copied from other lists: each comes from one of
the rules below, and the same rules give the same file. With --check it writes
nothing and fails if the file differs from what the rules give.
"""

import itertools
import pathlib
import sys

FILE = pathlib.Path(__file__).resolve().parent.parent / "crates/auth/data/common-passwords.txt"
SHORTEST, LONGEST = 8, 64
MOST_BYTES = 120_000

YEARS = [str(year) for year in range(1980, 2027)]

# common suffixes of a word, and more suffixes for favourite words
SUFFIXES = "1 123 1234 123456 520 1314 666 888".split()
MORE_SUFFIXES = SUFFIXES + (
    "12 12345 1234567 12345678 123456789 321 000 111 999 521 5201314 1314520 "
    "! @ 123! 123@ @123 @1234 2024! 2025! 2026!"
).split()

FAVOURITES = (
    "password passwd pass admin root welcome test abcd love iloveyou dragon monkey "
    "woaini aini mima wechat weixin qq kaimen chean menjin cheantong"
).split()

ENGLISH = (
    "administrator login letmein master user guest tiger eagle shadow sunshine princess prince angel superman "
    "batman spiderman football basketball baseball soccer hello helloworld loveyou lovely computer internet windows "
    "android apple google baidu taobao alibaba tencent secret freedom whatever trustno summer winter spring autumn "
    "flower happy lucky money china beijing shanghai shenzhen guangzhou hangzhou default system server pokemon "
    "starwars michael jordan kobe killer hunter changeme"
).split()

PINYIN = (
    "woaiwojia woaimama woaibaba woaizhongguo zhongguo nihao nihaoma laopo laogong baobei baobao qinaide xiaoxiao "
    "tiantian kuaile xingfu pingan jiankang facai gongxifacai wodemima denglu guanliyuan wangluo diannao shouji "
    "tianshi laohu long xiaolong feilong qqqq weixinhao zhifubao alipay kaimenba zhima zhimakaimen menjinka chepai "
    "cheka tingche xiaoqu wuye huiyuan baoan menwei laoban gongsi"
).split()

SURNAMES = (
    "wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han"
).split()

GIVEN = "wei fang na min jing li qiang lei jun yang yong yan jie juan tao ming chao xiuying xia ping gang".split()

# words that are often followed by a year of birth
WITH_YEAR = "woaini admin password kaimen chean menjin wechat wang zhang".split()

LOVE_WORDS = "woaini aini iloveyou loveyou love woai woaiwojia laopo laogong baobei ai".split()
LOVE_NUMBERS = "520 521 1314 520520 521521 1314520 5201314 5211314 13145200 201314".split()

ROWS = ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"]
COLUMNS = ["1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm"]
KEYPAD = [
    "147258369", "147852369", "147896325", "159357258", "159753258", "159357456", "123654789", "123698745",
    "321654987", "741852963", "789456123", "963852741", "987654321", "369258147", "258369147", "852741963",
]
STARTS = (
    "a q z w s aa qq aaa qqq abc abcd abcdef abcabc asd asdf asdfgh qwe qwer qwerty qaz qazwsx zxc zxcv zxcvbn zxcvbnm"
).split()

LEET = [
    {"o": "0"},
    {"a": "@"},
    {"a": "@", "o": "0"},
    {"e": "3"},
    {"i": "1"},
    {"s": "$"},
    {"a": "4", "e": "3", "i": "1", "o": "0", "s": "5"},
    {"a": "@", "e": "3", "i": "1", "o": "0", "s": "$"},
]


def digit_sequences():
    """Up, down, and round again; behind a message or two."""
    up, down = "0123456789" * 3, "9876543210" * 3
    for run, start, length in itertools.product((up, down), range(10), range(8, 13)):
        yield run[start : start + length]
    for start, length in itertools.product(STARTS, range(3, 11)):
        yield start + "1234567890"[:length]
        yield "1234567890"[:length] + start


def letter_sequences():
    """The alphabet, also with a number behind it or in between."""
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    for length in range(3, 13):
        yield alphabet[:length]
        for suffix in ("1", "12", "123", "1234", "12345", "123456", "@123", "@1234"):
            yield alphabet[:length] + suffix
    for length in range(4, 7):
        pairs = list(zip(alphabet, "123456"))[:length]
        yield "".join(message + digit for message, digit in pairs)
        yield "".join(digit + message for message, digit in pairs)


def repeated():
    """One character, two of them, a block, each digit twice, there and back."""
    for char, length in itertools.product("0123456789abcdefghijklmnopqrstuvwxyz", range(8, 12)):
        yield char * length
    for message, digit in itertools.product("aqwz", "0123456789"):
        yield message * 4 + digit * 4
        yield digit * 4 + message * 4
        yield message + digit * 7
        yield message + digit * 8
    for first, second in itertools.permutations("0123456789", 2):
        yield (first + second) * 4
        yield first * 4 + second * 4
    blocks = "123 321 147 258 369 159 520 521 666 888 007 110 119 abc qwe asd zxc qaz wsx aaa woaini qq".split()
    blocks += "1234 4321 1314 1122 2580 1212 abcd qwer asdf zxcv pass love test aabb root admin".split()
    for block, times in itertools.product(blocks, range(2, 5)):
        yield block * times
    for start, length in itertools.product(range(10), range(4, 7)):
        yield "".join(digit * 2 for digit in ("0123456789" * 2)[start : start + length])
    for length in range(4, 10):
        run = "123456789"[:length]
        yield run + run[::-1]
        yield run + run[-2::-1]
    yield from ("31415926", "314159265", "3141592653", "3.1415926", "27182818", "11235813", "14142135", "100200300")


def keyboard_walks():
    """Along the rows, down the columns, from row to row, and over the keypad."""
    for row in ROWS:
        for length in range(8, len(row) + 1):
            yield row[:length]
            yield row[:length][::-1]
        for suffix in ("1", "123", "123456"):
            yield row + suffix
    for length in range(3, 6):
        heads = [row[:length] for row in ROWS]
        yield "".join(heads)
        for count in (2, 3):
            for chosen in itertools.permutations(heads, count):
                yield "".join(chosen)
    for count in (2, 3, 4):
        for start in range(len(COLUMNS) - count + 1):
            columns = COLUMNS[start : start + count]
            yield "".join(columns)
            yield "".join(column[::-1] for column in columns)
            yield "".join(column[::-1] if odd % 2 else column for odd, column in enumerate(columns))
            yield "".join(column if odd % 2 else column[::-1] for odd, column in enumerate(columns))
            yield "".join(column[1:] for column in columns)
    for row, length in itertools.product(ROWS[1:], range(4, 8)):
        pairs = list(zip(row, "1234567890"))[:length]
        yield "".join(message + digit for message, digit in pairs)
        yield "".join(digit + message for message, digit in pairs)
    for walk, length in itertools.product(KEYPAD, (8, 9)):
        yield walk[:length]
    for walk in KEYPAD:
        yield "a" + walk
        yield walk + "a"


def dates():
    """Days that are celebrated, in years when users were born or are young; years side by side."""
    days = "0101 0214 0501 0520 0601 0808 1001 1010 1111 1225".split()
    for year, day in itertools.product(YEARS, days):
        yield year + day
    for year, following in zip(YEARS, YEARS[1:] + YEARS[:1]):
        yield year * 2
        yield year + following


def phones():
    """Numbers that look like one."""
    for prefix in ("130", "131", "133", "135", "136", "137", "138", "139", "150", "158", "159", "186", "188", "189"):
        for rest in ("00000000", "12345678", "66666666", "88888888", "99999999", "00138000"):
            yield prefix + rest
    yield from ("1008610086", "1001010010", "9527952795", "4008123123", "110120119", "110119120")


def words():
    """A word, the word twice, and the word with what people put behind or before it."""
    for word in FAVOURITES + ENGLISH + PINYIN:
        yield word
        yield word * 2
        for suffix in MORE_SUFFIXES if word in FAVOURITES else SUFFIXES:
            yield word + suffix
    for word, number in itertools.product("password woaini wang admin kaimen".split(), SUFFIXES):
        yield number + word
    for word, year in itertools.product(WITH_YEAR, YEARS):
        yield word + year


def names():
    """A surname with a number, a full name, a full name with a number."""
    for surname in SURNAMES:
        for suffix in "1234 12345 123456 1234567 12345678 123456789 520 521 1314 5201314 888888 666666 8888".split():
            yield surname + suffix
    for surname, given in itertools.product(SURNAMES[:8], GIVEN):
        yield surname + given
    for surname, given, suffix in itertools.product(SURNAMES[:4], GIVEN[:8], ("123", "1234", "123456", "520")):
        yield surname + given + suffix


def love():
    """Words of love and the numbers that sound like them."""
    for word, number in itertools.product(LOVE_WORDS, LOVE_NUMBERS):
        yield word + number
        yield number + word
    for one, other in itertools.product(LOVE_NUMBERS, repeat=2):
        yield one + other
    yield from ("woaini" + name for name in SURNAMES)
    yield from ("wozhiaini", "woyaoaini", "woaininima", "woyongyuanaini", "nishishui", "woshishui", "woshinibaba")


def leet():
    """Messages replaced by what looks like them."""
    bases = [word + suffix for word in FAVOURITES for suffix in ("", "1", "123", "1234", "!")]
    for base, table in itertools.product(bases + ENGLISH, LEET):
        yield base.translate(str.maketrans(table))


def main():
    rules = (digit_sequences, letter_sequences, repeated, keyboard_walks, dates, phones, words, names, love, leet)
    made = {password for rule in rules for password in rule() if SHORTEST <= len(password) <= LONGEST}
    assert all(password.isascii() and password.isprintable() and password == password.lower() for password in made)
    text = "".join(password + "\n" for password in sorted(made))
    assert len(text) < MOST_BYTES, len(text)
    if "--check" not in sys.argv[1:]:
        FILE.write_text(text, encoding="ascii", newline="\n")
    elif not FILE.exists() or FILE.read_text(encoding="ascii") != text:
        sys.exit(f"{FILE.name} is not what {pathlib.Path(__file__).name} makes: run it")


if __name__ == "__main__":
    main()
