"""How the home page is laid out, on top of the house style of every page."""

STYLE = """<style>
.st-key-page_top p { margin: 0.15rem 0 0; font-size: 0.95rem; color: var(--quiet); }
.st-key-course_map { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(16rem, 100%), 1fr));
  gap: 1.1rem 1rem !important; margin-top: 0.4rem; overflow-x: clip; }
[class*="st-key-card_"] { position: relative; gap: 0.3rem !important; }
.of_chapter { height: 1.6rem; margin-bottom: 0.45rem; border-bottom: 3px solid var(--chapter); }
.goes_on { margin-right: -1rem; }
[class*="st-key-card_"] h2 { margin: 0; padding: 0; font-size: 0.78rem; line-height: 1.5rem; font-weight: 600;
  letter-spacing: 0.06em; text-transform: uppercase; color: var(--chapter); }
[class*="st-key-card_"] img { display: block; width: 100%; height: auto; aspect-ratio: 5 / 2;
  border: 1px solid var(--faint); border-radius: 0.3rem; }
[class*="st-key-card_"] > [data-testid="stElementContainer"] { position: static; }
[class*="st-key-card_"] > * > [data-testid="stPageLink"] a { padding: 0.1rem 0; }
[class*="st-key-card_"] > * > [data-testid="stPageLink"] a::after { content: ""; position: absolute; inset: 0; }
.answers { margin: 0; font-size: 0.85rem; line-height: 1.4; color: var(--quiet); }
[class*="st-key-builds_"] { position: relative; z-index: 1; align-items: baseline; gap: 0.35rem !important;
  font-size: 0.85rem; color: var(--quiet); }
[class*="st-key-builds_"] a { padding: 0; min-height: 0; }
[class*="st-key-builds_"] a p { font-size: 0.85rem; text-decoration: underline; }
.st-key-found { gap: 0.1rem !important; max-width: 60rem; }
.st-key-found button { min-height: 0; padding: 0.25rem 0 0; text-align: left; justify-content: flex-start; }
.st-key-found button p { color: var(--quiet); }
.st-key-found button strong { color: var(--ink); margin-right: 0.5em; }
.says { margin: 0; font-size: 0.85rem; line-height: 1.4; color: var(--quiet); display: -webkit-box;
  -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
.guessed { font-size: 0.95rem; line-height: 1.5; overflow-wrap: anywhere; max-width: 60rem; }
.guessed span { color: var(--quiet); font-size: 0.9rem; }
.glossary dt { font-weight: 600; margin-top: 0.6rem; }
.glossary dd { margin: 0; line-height: 1.45; max-width: 46rem; }
.glossary span { color: var(--quiet); font-size: 0.85rem; }
@media (max-width: 640px) { .goes_on { margin-right: 0; } .of_chapter:empty { height: 3px; } }
</style>"""
