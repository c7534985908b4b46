package io.dynamodblake.document;

/** What our HTML pages have in common, which have no scripts and load nothing. */
public final class HtmlPage {
  /** The style of a page: readable in light and dark, with nothing to load. */
  public static final String STYLE =
      """
      :root { color-scheme: light dark; --line: #8884; --soft: #8882; --mark: #2f6fde; }
      body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
      h1 { font-size: 1.5rem; margin-bottom: .2rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
      table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
      th, td { text-align: left; padding: .25rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
      th { position: sticky; top: 0; background: Canvas; } td.n, th.n { text-align: right; white-space: nowrap; }
      code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; } .soft { opacity: .65; }
      .bar { background: var(--soft); height: .55rem; min-width: 6rem; } .bar i { display: block; height: 100%; background: var(--mark); }
      .facts { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: 1rem 0; } .facts b { display: block; font-size: 1.3rem; }
      .warn { color: #b35900; }
      """;

  private HtmlPage() {}

  /** Returns a text as it stands in text and in attributes in double quotes. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
