"""Tries to start a recording and says what is wrong: one half sends, the other concludes."""
