package io.dynamodblake.ml;

import io.dynamodblake.document.HtmlPage;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code card.html}: the set on one page without scripts, in the style of an inspection. */
final class CardPage {
  static final int MOST_CLASSES = 20;

  private final Findings findings;
  private final StringBuilder html = new StringBuilder();

  CardPage(Findings findings) {
    this.findings = findings;
  }

  String page() {
    String title = "Training set of " + findings.source().lake().current().table();
    html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.append("<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    html.append(escape(title)).append(" – dynamodb-lake</title>\n<style>\n");
    html.append(HtmlPage.STYLE).append("</style>\n</head>\n<body>\n");
    head(title);
    splits();
    features();
    unused();
    html.append("</body>\n</html>\n");
    return html.toString();
  }

  private void head(String title) {
    html.append("<h1>").append(escape(title)).append("</h1>\n<div class=\"soft\"><code>");
    html.append(escape(findings.source().lake().layout().root())).append("</code>");
    findings.source().moment().ifPresent(time -> html.append("<br>as of ").append(time));
    html.append("</div>\n<div class=\"facts\">\n");
    fact(number(findings.rows().written()), "rows");
    fact(number(findings.groups().get(SplitRule.NAMES.size()).number()), "groups");
    fact(number(findings.kept().size()), "features");
    fact(findings.labelName(), "label");
    html.append("</div>\n");
    for (String warning : findings.warnings()) {
      html.append("<p class=\"warn\">").append(escape(warning)).append("</p>\n");
    }
  }

  private void fact(String number, String what) {
    html.append("<div><b>").append(escape(number)).append("</b>").append(what).append("</div>\n");
  }

  private void splits() {
    List<String> names = findings.label().names();
    boolean classes = !names.isEmpty() && names.size() <= MOST_CLASSES;
    html.append("<h2>Splits</h2>\n<p><code>");
    html.append(escape(findings.options().split().words()));
    html.append("</code></p>\n<table>\n<tr><th>split</th><th class=\"n\">rows</th>");
    html.append("<th class=\"n\">groups</th><th class=\"n\">largest</th>");
    if (classes) {
      names.forEach(name -> html.append("<th class=\"n\">").append(escape(name)).append("</th>"));
    }
    html.append("<th></th></tr>\n");
    for (int split = 0; split < SplitRule.NAMES.size(); split++) {
      if (findings.options().split().has(split)) {
        long rows = findings.rows().splits()[split];
        RowCounts.Groups groups = findings.groups().get(split);
        html.append("<tr><td>").append(SplitRule.NAMES.get(split)).append("</td>");
        cell(number(rows));
        cell(number(groups.number()));
        cell(number(groups.largest()));
        if (classes) {
          findings.label().counts(split).forEach(count -> cell(share(count, rows)));
        }
        html.append("<td style=\"width:30%\">").append(bar(rows, findings.rows().written()));
        html.append("</td></tr>\n");
      }
    }
    html.append("</table>\n");
  }

  private void features() {
    html.append("<h2>Features</h2>\n<table>\n<tr><th>feature</th><th>kind</th>");
    html.append("<th class=\"n\">missing</th><th></th><th>values in train</th>");
    html.append("<th class=\"n\">alone</th><th class=\"n\">drift</th></tr>\n");
    long rows = findings.rows().splits()[SplitRule.TRAIN];
    for (Result result : findings.kept()) {
      long missing = findings.counts().missing(result.place()).in(SplitRule.TRAIN);
      html.append("<tr").append("><td><code>").append(escape(result.feature().name()));
      html.append("</code></td><td>").append(result.feature().kind().word()).append("</td>");
      cell(share(missing, rows));
      html.append("<td>").append(bar(rows - missing, rows)).append("</td><td>");
      html.append(escape(values(result))).append("</td>");
      cell(
          (result.isSuspicious() ? "! " : "")
              + alone(result).map(value -> String.format(Locale.ROOT, "%.2f", value)).orElse(""));
      cell(
          result.drift().values().stream()
              .max(Double::compare)
              .map(value -> String.format(Locale.ROOT, "%.2f", value))
              .orElse(""));
      html.append("</tr>\n");
    }
    html.append(
        "</table>\n<p class=\"soft\">alone: how well the feature foretells the label by itself in train: ");
    html.append(
        "area under the curve for a number and two classes, correlation for a label that is a number, else the share of ");
    html.append(
        "mistakes that it saves. drift: Jensen-Shannon divergence of numbers, largest difference of shares of others, ");
    html.append("from train to the split that is farther from it.</p>\n");
  }

  private static Optional<Double> alone(Result result) {
    if (result.area().isPresent()) {
      return Optional.of(result.area().getAsDouble());
    }
    return Optional.of(
        result.correlation().isPresent() ? result.correlation().getAsDouble() : result.saved());
  }

  private String values(Result result) {
    int train = SplitRule.TRAIN;
    if (result.feature().kind().isNumber()) {
      Spread spread = findings.counts().spread(result.place());
      return spread.present(train) == 0
          ? ""
          : String.format(
              Locale.ROOT,
              "%.4g to %.4g, mean %.4g",
              spread.min(train),
              spread.max(train),
              spread.mean(train));
    }
    Vocabulary texts = findings.counts().texts(result.place());
    return String.format(Locale.ROOT, "%,d different", texts.distinct());
  }

  private void unused() {
    html.append("<h2>Not features</h2>\n<table>\n<tr><th>place</th><th>reason</th></tr>\n");
    for (FeaturePlan.Unused place : findings.unused()) {
      html.append("<tr><td><code>").append(escape(place.from())).append("</code></td><td>");
      html.append(escape(place.reason())).append("</td></tr>\n");
    }
    html.append("</table>\n");
  }

  private void cell(String text) {
    html.append("<td class=\"n\">").append(escape(text)).append("</td>");
  }

  private static String bar(long part, long whole) {
    double percent = whole == 0 ? 0 : Math.round(1000.0 * part / whole) / 10.0;
    return "<div class=\"bar\"><i style=\"width:" + percent + "%\"></i></div>";
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static String share(long part, long whole) {
    return whole == 0 ? "" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
  }

  private static String escape(String text) {
    return HtmlPage.escape(text.replaceAll("\\p{Cntrl}", " "));
  }
}
