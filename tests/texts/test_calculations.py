"""Normal form, stable ids and comparison, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.texts.calculations.blocks import Block, assign_ids, content_hash, number_margins, plain_text, render
from apps.texts.calculations.diff import Change, apply_parts, compare, compare_words, revert_parts
from apps.texts.calculations.inline import read_inline, write_inline
from apps.texts.calculations.markup import read_blocks, write_lines


def blocks_of(html: str, base: list[Block] = [], number: int = 1) -> list[Block]:  # noqa: B006
    return assign_ids(read_blocks(html), base, next_number=number)[0]


@pytest.mark.parametrize(
    ("hostile", "clean"),
    [
        ("<p>Gut<script>alert(1)</script></p>", "<p>Gut</p>"),
        ('<p onclick="x()" style="color:red" class="a" id="b">Gut</p>', "<p>Gut</p>"),
        ('<p><a href="javascript:alert(1)">Gut</a></p>', "<p>Gut</p>"),
        ('<p><a href="JaVaScRiPt&#58;alert(1)">Gut</a></p>', "<p>Gut</p>"),
        ('<p><a href="data:text/html;base64,xx">Gut</a></p>', "<p>Gut</p>"),
        ("<svg onload=alert(1)><p>Gut</p></svg>", "<p>Gut</p>"),
        ("<style>p{}</style><p>Gut</p>", "<p>Gut</p>"),
        ('<p>Gut<img src=x onerror="alert(1)"></p>', "<p>Gut</p>"),
        ("<p>Gut</p><iframe src=//x></iframe>", "<p>Gut</p>"),
        ("<script>alert(1)</script>", ""),
        ('<math><mi xlink:href="javascript:x">Gut</mi></math>', ""),
        ("<p>1 &lt; 2 &amp; 3</p>", "<p>1 &lt; 2 &amp; 3</p>"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<p>&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;</p>"),
        (
            '<p><a href="https://a.de/?x=1&amp;y=2">A</a></p>',
            '<p><a href="https://a.de/?x=1&amp;y=2" rel="noopener">A</a></p>',
        ),
        ('<p><a href="mailto:a@b.de" target="_blank">A</a></p>', '<p><a href="mailto:a@b.de" rel="noopener">A</a></p>'),
    ],
)
def test_only_the_known_vocabulary_survives(hostile, clean):
    assert render(read_blocks(hostile)) == clean


def test_normal_form_maps_what_editors_and_word_processors_send():
    html = "<h1>Titel</h1><h4>Unter</h4><p>a  <b>b</b>\n<i>c</i> </p><div>d<br>e<br></div><p></p>f"
    assert render(read_blocks(html)) == (
        "<h2>Titel</h2><h3>Unter</h3><p>a <strong>b</strong> <em>c</em></p><p>d<br>e</p><p>f</p>"
    )


def test_lists_are_flat_blocks_and_rendered_nested():
    html = (
        "<ol><li><p>eins</p><ul><li><p>a</p></li><li>b</li></ul></li><li>zwei</li></ol><ul><li>c</li></ul>"
        "<blockquote><p>Zitat</p></blockquote>"
    )
    blocks = read_blocks(html)
    assert [(block.kind, block.level, block.text) for block in blocks] == [
        ("number", 1, "eins"),
        ("bullet", 2, "a"),
        ("bullet", 2, "b"),
        ("number", 1, "zwei"),
        ("bullet", 1, "c"),
        ("quote", 0, "Zitat"),
    ]
    assert render(blocks) == (
        "<ol><li>eins<ul><li>a</li><li>b</li></ul></li><li>zwei</li></ol><ul><li>c</li></ul>"
        "<blockquote><p>Zitat</p></blockquote>"
    )


def test_headings_are_lowered_where_the_text_stands_below_another():
    assert render(read_blocks("<h2>A</h2><h3>B</h3>"), shift=1) == "<h3>A</h3><h4>B</h4>"


def test_lines_typed_without_the_editor():
    source = "## Anlass\n\nDie Städte <stellen fest\nund\n\n- erstens\n- zweitens\n\n1. eins\n> Zitat"
    assert render(read_blocks(source.replace("<", "< "))) == (
        "<h2>Anlass</h2><p>Die Städte &lt; stellen fest<br>und</p><ul><li>erstens</li><li>zweitens</li></ul>"
        "<ol><li>eins</li></ol><blockquote><p>Zitat</p></blockquote>"
    )


def test_a_text_is_written_as_lines_and_read_again():
    html = (
        "<h2>Anlass</h2><p>Eine <strong>sehr <em>wichtige</em></strong> Sache<br>- kein Punkt</p><p>1. Januar 2027</p>"
        "<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul><h3>Mehr</h3><blockquote>Zitat</blockquote>"
        '<p><a href="https://a.de">A</a>, Bürger*innen und Lehrer*innen</p>'
    )
    blocks = read_blocks(html)
    assert write_lines(blocks) == (
        "## Anlass\n\nEine **sehr** ***wichtige*** Sache\n\\- kein Punkt\n\n\\1. Januar 2027\n\n"
        "- a\n- b\n\n  1. c\n\n### Mehr\n\n> Zitat\n\n[A](https://a.de), Bürger*innen und Lehrer*innen"
    )
    assert [(one.kind, one.level, one.text) for one in read_blocks(write_lines(blocks))] == [
        (one.kind, one.level, one.text) for one in blocks
    ]
    assert "<strong><em>wichtige</em></strong>" in render(read_blocks(write_lines(blocks)))
    assert render(read_blocks("[x](javascript:alert(1)) **a**")) == "<p>[x](javascript:alert(1)) <strong>a</strong></p>"


def test_unchanged_edited_moved_and_new_blocks_get_the_right_ids():
    old = blocks_of("<h2>A</h2><p>Die Mitgliedsbeiträge betragen 2027 0,85 Cent.</p><p>Fällig am 31.03.</p><p>Ende</p>")
    assert [block.id for block in old] == ["b1", "b2", "b3", "b4"]
    new, number = assign_ids(
        read_blocks(
            "<p>Neu</p><h2>A</h2><p>Ende</p><p>Die Mitgliedsbeiträge betragen 2028 0,90 Cent.</p><p>Fällig am 30.04.</p>"
        ),
        old,
        next_number=5,
    )
    assert [block.id for block in new] == ["b5", "b1", "b4", "b2", "b3"]
    assert number == 6


def test_a_thoroughly_edited_block_between_the_same_neighbours_keeps_its_id():
    old = blocks_of("<p>Anfang</p><p>Die Städte fordern mehr Geld für Ganztag.</p><p>Schluss</p>")
    new, _ = assign_ids(
        read_blocks("<p>Anfang</p><p>Die Städte fordern dauerhaft Mittel für Schulen.</p><p>Schluss</p>"),
        old,
        next_number=4,
    )
    assert [block.id for block in new] == ["b1", "b2", "b3"]


def test_a_deleted_block_that_comes_back_has_its_old_id():
    first = blocks_of("<p>Eins</p><p>Zwei</p>")
    second, number = assign_ids(read_blocks("<p>Eins</p>"), first, next_number=3)
    third, number = assign_ids(read_blocks("<p>Eins</p><p>Zwei</p>"), second, retired=first, next_number=number)
    assert [block.id for block in third] == ["b1", "b2"]
    assert number == 3


def test_randnummern_skip_headings():
    numbers = [
        row.number for row in number_margins(blocks_of("<h2>A</h2><p>x</p><ul><li>y</li></ul><h3>B</h3><p>z</p>"))
    ]
    assert numbers == [None, 1, 2, None, 3]


def test_hash_is_of_the_content_and_the_order():
    one, other = read_blocks("<p>a</p><p>b</p>"), read_blocks("<div>a</div>\n<p>b </p>")
    assert content_hash(one) == content_hash(other)
    assert content_hash(one) == content_hash(blocks_of("<p>a</p><p>b</p>"))
    assert content_hash(one) != content_hash(read_blocks("<p>b</p><p>a</p>"))
    assert content_hash(one) != content_hash(read_blocks("<p><strong>a</strong></p><p>b</p>"))
    assert content_hash([]) == "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"


def test_plain_text_is_one_paragraph_per_block():
    assert plain_text(read_blocks("<h2>A &amp; B</h2><p>c<br>d</p>")) == "A & B\n\nc\nd"


def test_words_inside_a_block():
    parts = compare_words("Beitrag 2027: <strong>250 €</strong>", "Beitrag 2028: <strong>300 €</strong>")
    assert [(part.op, part.html) for part in parts] == [
        ("same", "Beitrag "),
        ("deleted", "2027"),
        ("inserted", "2028"),
        ("same", ": "),
        ("deleted", "<strong>250</strong>"),
        ("inserted", "<strong>300</strong>"),
        ("same", "<strong> €</strong>"),
    ]


def test_a_change_of_formatting_is_a_change():
    assert [(part.op, part.html) for part in compare_words("sehr wichtig", "sehr <em>wichtig</em>")] == [
        ("same", "sehr "),
        ("deleted", "wichtig"),
        ("inserted", "<em>wichtig</em>"),
    ]


def test_comparison_names_what_became_of_every_block():
    old = blocks_of("<p>Alpha</p><p>Beta steht hier fest</p><p>Gamma</p><p>Delta</p>")
    new, _ = assign_ids(
        read_blocks("<p>Delta</p><p>Alpha</p><p>Beta steht dort fest</p><p>Omega</p>"), old, next_number=5
    )
    assert [(change.change, change.block.text) for change in compare(old, new)] == [
        (Change.MOVED, "Delta"),
        (Change.SAME, "Alpha"),
        (Change.EDITED, "Beta steht dort fest"),
        (Change.DELETED, "Gamma"),
        (Change.INSERTED, "Omega"),
    ]


words = st.lists(st.sampled_from(["Stadt", "Bildung", "Ganztag", "§", "32", ",", ".", " ", "ß", "&", "<"]), max_size=12)
run = st.tuples(
    words, st.sampled_from(["{}", "<strong>{}</strong>", "<em>{}</em>", '<a href="https://a.de">{}</a>', "<br>{}"])
)
inline_html = st.lists(run, max_size=5).map(
    lambda runs: "".join(form.format(" ".join(some).replace("&", "&amp;").replace("<", "&lt;")) for some, form in runs)
)
block_html = st.tuples(
    inline_html, st.sampled_from(["<p>{}</p>", "<h2>{}</h2>", "<ul><li>{}</li></ul>", "<blockquote>{}</blockquote>"])
)
text_html = st.lists(block_html, max_size=7).map(lambda rows: "".join(form.format(html) for html, form in rows))


@given(inline_html)
def test_canonical_inline_html_is_stable(html):
    canonical = write_inline(read_inline(html))
    assert write_inline(read_inline(canonical)) == canonical


@given(text_html)
def test_reading_what_was_rendered_changes_nothing(html):
    blocks = read_blocks(html)
    assert read_blocks(render(blocks)) == blocks


@given(inline_html, inline_html)
def test_a_word_diff_leads_to_the_new_text_and_back(old, new):
    old, new = write_inline(read_inline(old)), write_inline(read_inline(new))
    parts = compare_words(old, new)
    assert apply_parts(parts) == new
    assert revert_parts(parts) == old


@given(text_html, text_html)
def test_comparison_holds_every_block_once_and_leads_to_the_new_text(old_html, new_html):
    old = blocks_of(old_html)
    new = blocks_of(new_html, old, len(old) + 1)
    changes = compare(old, new)
    assert [change.block for change in changes if change.change != Change.DELETED] == new
    assert [apply_parts(change.parts) for change in changes if change.change != Change.DELETED] == [
        block.html for block in new
    ]
    deleted = [change.block for change in changes if change.change == Change.DELETED]
    assert deleted == [block for block in old if block.id not in {one.id for one in new}]


@given(text_html, text_html)
def test_ids_are_unique_and_unchanged_blocks_keep_theirs(old_html, new_html):
    old = blocks_of(old_html)
    new = blocks_of(new_html, old, len(old) + 1)
    assert len({block.id for block in new}) == len(new)
    assert blocks_of(old_html, old, len(old) + 1) == old


@given(st.permutations(["Alpha", "Beta", "Gamma", "Delta", "Epsilon"]))
def test_moved_blocks_keep_their_id_in_every_order(order):
    old = blocks_of("<p>Alpha</p><p>Beta</p><p>Gamma</p><p>Delta</p><p>Epsilon</p>")
    new = blocks_of("".join(f"<p>{word}</p>" for word in order), old, 6)
    ids = {block.text: block.id for block in old}
    assert [block.id for block in new] == [ids[word] for word in order]
