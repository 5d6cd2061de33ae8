"""The reading form of a text: what a person reads, with a map back to the text as it is stored.

In it, what the eye does not see is gone and what the eye joins is joined. A search finds through the stored text *and* through
the reading form; what is shown is always the stored text. Most texts are their own reading form, for which nothing is made.

    form         the value, and the edits it is stored as
    rules        the stages, one after another
    bulk         paragraphs of a batch that may have a form of their own
    composition  unseen characters removed, composed characters in one form
    escapes      escapes of source text
    asides       ruby, marks of notes and tags inside a word
    line_ends    lines broken inside a sentence, comments and quotes
    spacing      characters set apart by spaces
    draft        a text under edit, with its map
"""
