package io.dynamodblake.job.inspect;

import io.dynamodblake.document.HtmlWriter;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.schema.Histogram;
import io.dynamodblake.schema.ValueDetails;
import io.dynamodblake.schema.ValueProfile;
import java.util.List;

/** {@link Against} on the page of an inspection: both sides beside each other. */
final class AgainstHtml {
  private static final int MOST_CHARTS = 200;

  private final HtmlWriter html;
  private final Against against;
  private final Figures figures;
  private int charts;

  AgainstHtml(HtmlWriter html, Against against) {
    this.html = html;
    this.against = against;
    this.figures = new Figures(html);
  }

  void write() {
    html.line().open("section", "aria-labelledby", "against");
    html.element("h2", "What is different", "id", "against");
    side("before", against.before());
    side("after", against.after());
    AgainstText.lost(against).forEach(line -> html.element("p", line, "class", "soft"));
    if (against.differences().isEmpty()) {
      html.element("p", AgainstText.NOTHING).close();
      return;
    }
    html.open(
        "div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "differences");
    html.open("table", "class", "against").open("tr");
    for (String head : List.of("change", "attribute", "before", "after")) {
      html.element("th", head, "scope", "col");
    }
    html.element("th", "by", "scope", "col", "class", "n").close();
    against.differences().forEach(this::difference);
    html.close().close();
    html.element(
        "p",
        "by: how far both are apart, of 1; for numbers and lengths the divergence of Jensen and"
            + " Shannon, for all others the largest difference of a share.",
        "class",
        "soft");
    html.close();
  }

  private void side(String which, ProfiledItems items) {
    html.open("p").element("b", which + " ");
    html.text(
        "%s in %s%s"
            .formatted(
                Quantities.count(items.profile().items(), "item"),
                items.kind(),
                items.time().map(time -> ", of " + time).orElse("")));
    html.single("br").element("code", items.path(), "class", "place").close();
  }

  private void difference(Against.Difference difference) {
    html.open("tr").element("td", difference.kind().word());
    html.open("td").open("code");
    PageText.name(html, PageText.tail(difference.path(), InspectionHtml.LONGEST_PATH));
    html.close().close();
    html.element("td", difference.was()).element("td", difference.is());
    html.element("td", AgainstText.distance(difference), "class", "n").close().line();
    if (difference.spread().isPresent() && charts < MOST_CHARTS) {
      charts++;
      charts(difference, difference.spread().get());
    }
  }

  private void charts(Against.Difference difference, ValueDetails.Spread spread) {
    ValueProfile before = difference.before().orElseThrow().values();
    ValueProfile after = difference.after().orElseThrow().values();
    Histogram was = before.details().orElseThrow().spread(spread).orElseThrow();
    Histogram is = after.details().orElseThrow().spread(spread).orElseThrow();
    Histogram frame = was.with(is);
    html.open("tr").element("td", "").open("td", "colspan", "4");
    figures.write(before, spread, was, frame, "before: ");
    figures.write(after, spread, is, frame, "after: ");
    html.close().close().line();
  }
}
