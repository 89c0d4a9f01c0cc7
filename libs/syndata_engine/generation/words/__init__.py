"""Where chance comes from: a row's number, mixed with a key, is a word; from words come draws.

Here are `bits` (the mixing), `draws` (kernels from words to codes), `bijection` (shuffling numbers both
ways, without storing anything) and `kernel` (what compiles all of this,
through `compiling`, once one is called; `intrinsics` are what Python has no word for). Knows nothing of tables or columns.
"""
