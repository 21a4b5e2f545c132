"""How the lesson page is laid out, on top of the house style of every page."""

STYLE = """<style>
.st-key-page_top p { margin: 0.15rem 0 0; font-size: 0.95rem; color: var(--quiet); }
[class*="st-key-lesson_step_"] { gap: 0.2rem !important; padding: 0.5rem 0.8rem; }
[class*="st-key-lesson_step_"] button { min-height: 0; padding: 0.1rem 0.3rem; }
.step { display: grid; grid-template-columns: 7rem 1fr; column-gap: 0.9rem; align-items: start; }
.step img { width: 100%; height: auto; aspect-ratio: 5 / 2; border: 1px solid var(--faint); border-radius: 0.3rem; }
.step h2 { margin: 0; padding: 0; font-size: 1rem; line-height: 1.35; font-weight: 600; overflow-wrap: anywhere; }
.step h2 small { font-size: 0.8rem; font-weight: 400; color: var(--quiet); margin-left: 0.5em; }
.step p { margin: 0.15rem 0 0; font-size: 0.9rem; line-height: 1.4; white-space: pre-wrap; overflow-wrap: anywhere; }
.step p.means { font-size: 0.82rem; }
.step p.note, .step p.means { color: var(--quiet); }
@media (max-width: 640px) { .step { grid-template-columns: 1fr; } .step img { display: none; } }
</style>"""
