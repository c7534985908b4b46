package io.dynamodblake.job.inspect;

import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.schema.ItemSizeProfile;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.entity.EntityProposal;
import io.dynamodblake.type.Descriptor;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An {@link Inspection} as one HTML page without scripts or anything to load. Whatever comes from
 * the export is escaped.
 */
public final class InspectionHtml {
  private static final String STYLE =
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

  private final StringBuilder html = new StringBuilder();
  private final Inspection inspection;

  private InspectionHtml(Inspection inspection) {
    this.inspection = inspection;
  }

  public static String of(Inspection inspection) {
    return new InspectionHtml(inspection).page();
  }

  private String page() {
    String title =
        inspection.export().tableName().orElse("export " + inspection.export().exportId());
    html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.append("<meta name=\"viewport\" content=\"width=device-width\">\n");
    html.append("<title>").append(escape(title)).append(" – dynamodb-lake inspect</title>\n");
    html.append("<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n");
    head(title);
    if (inspection.profile().items() > 0) {
      sizes();
      entities();
      places();
      rescued();
    }
    html.append("</body>\n</html>\n");
    return html.toString();
  }

  private void head(String title) {
    html.append("<h1>").append(escape(title)).append("</h1>\n<div class=\"soft\">export ");
    html.append(escape(inspection.export().exportId()));
    inspection.export().exportTime().ifPresent(time -> html.append(" of ").append(time));
    html.append("<br><code>")
        .append(escape(inspection.export().root()))
        .append("</code></div>\n<div class=\"facts\">\n");
    fact(Quantities.count(inspection.profile().items()), "items");
    fact(Quantities.count(inspection.export().files().size()), "data files");
    if (inspection.storedBytes() >= 0) {
      fact(Quantities.bytes(inspection.storedBytes()), "compressed");
    }
    fact(
        Quantities.bytes(inspection.profile().rawBytes()),
        "of " + inspection.export().recordFormat().words());
    fact(Quantities.bytes(inspection.profile().itemSizes().sum()), "in DynamoDB");
    fact(Quantities.count(inspection.profile().attributes().size()), "attributes");
    fact(
        inspection.export().hasManifest() ? inspection.verification() : "no manifest",
        "verification");
    html.append("</div>\n");
    for (String warning : inspection.export().warnings()) {
      html.append("<p class=\"warn\">").append(escape(warning)).append("</p>\n");
    }
    List<KeyAttribute> keys = inspection.profile().keyCandidates();
    if (!keys.isEmpty()) {
      html.append("<p>Likely keys: ");
      html.append(
          keys.stream()
              .map(key -> "<code>" + escape(key.attribute()) + "</code> (" + key.descriptor() + ")")
              .collect(Collectors.joining(", ")));
      html.append("</p>\n");
    }
  }

  private void fact(String number, String what) {
    html.append("<div><b>").append(escape(number)).append("</b>").append(what).append("</div>\n");
  }

  private void sizes() {
    ItemSizeProfile sizes = inspection.profile().itemSizes();
    long items = inspection.profile().items();
    html.append("<h2>Item size</h2>\n<p>smallest ").append(Quantities.bytes(sizes.min()));
    html.append(", average ").append(Quantities.bytes(sizes.sum() / items));
    html.append(", largest ").append(Quantities.bytes(sizes.max())).append("</p>\n<table>\n");
    for (int i = 0; i < ItemSizeProfile.CLASSES; i++) {
      long count = sizes.histogram(i);
      if (count > 0) {
        html.append("<tr><td class=\"n\">").append(Quantities.bytes(1L << i)).append(" – ");
        html.append(Quantities.bytes(1L << (i + 1)))
            .append("</td><td class=\"n\">")
            .append(Quantities.count(count));
        html.append("</td><td style=\"width:70%\">")
            .append(bar(count, items))
            .append("</td></tr>\n");
      }
    }
    html.append("</table>\n");
  }

  private void entities() {
    EntityProposal entities = inspection.entities();
    List<String> lines = EntitiesShown.sentences(entities);
    if (lines.isEmpty()) {
      return;
    }
    html.append("<h2>Kinds of items</h2>\n");
    lines.forEach(line -> html.append("<p>").append(escape(line)).append("</p>\n"));
    if (!entities.hasEntities()) {
      return;
    }
    html.append(
        "<table>\n<tr><th>name</th><th class=\"n\">items</th><th class=\"n\">share</th><th></th>");
    html.append("<th class=\"n\">alike</th><th>told by</th><th>attributes</th></tr>\n");
    for (EntityProposal.Kind kind : entities.entities()) {
      html.append("<tr><td><code>")
          .append(escape(kind.name()))
          .append("</code></td><td class=\"n\">");
      html.append(Quantities.count(kind.items())).append("</td><td class=\"n\">");
      html.append(Quantities.share(kind.items(), entities.items())).append("</td><td>");
      html.append(bar(kind.items(), entities.items())).append("</td><td class=\"n\">");
      html.append(EntitiesShown.alike(kind)).append("</td><td>");
      html.append(
          EntitiesShown.toldBy(entities, kind).stream()
              .map(words -> "<code>" + escape(words) + "</code>")
              .collect(Collectors.joining("<br>")));
      html.append("</td><td>");
      html.append(escape(String.join(", ", kind.attributes().keySet()))).append("</td></tr>\n");
    }
    html.append("</table>\n<p class=\"soft\">")
        .append(escape(EntitiesShown.LEGEND))
        .append("</p>\n");
  }

  private void places() {
    html.append(
        "<h2>Attributes and proposed columns</h2>\n<table>\n<tr><th>attribute</th><th class=\"n\">in</th><th></th>");
    html.append("<th>types</th><th class=\"n\">NULL</th><th class=\"n\">bytes</th><th>values</th>");
    html.append("<th>column</th><th>type</th><th>rescued</th></tr>\n");
    long allBytes = inspection.profile().itemSizes().sum();
    for (Inspection.Place place : inspection.places()) {
      long values = place.values().total();
      long nulls = place.values().count(Descriptor.NULL);
      boolean shared = !place.isElement() && !place.path().endsWith(".*");
      html.append("<tr><td style=\"padding-left:")
          .append(0.6 + 1.4 * place.depth())
          .append("rem\"><code>");
      html.append(escape(place.label())).append("</code></td><td class=\"n\">");
      html.append(shared ? Quantities.share(values, place.parents()) : Quantities.count(values));
      html.append("</td><td>")
          .append(shared ? bar(values, place.parents()) : "")
          .append("</td><td>");
      html.append(
          place.descriptors().stream()
              .map(
                  descriptor ->
                      descriptor
                          + " <span class=\"soft\">"
                          + Quantities.count(place.values().count(descriptor))
                          + "</span>")
              .collect(Collectors.joining(", ")));
      html.append("</td><td class=\"n\">")
          .append(nulls == 0 ? "" : Quantities.share(nulls, values));
      html.append("</td><td class=\"n\">");
      html.append(
          place.values().sizeBytes() == 0
              ? ""
              : Quantities.share(place.values().sizeBytes(), allBytes));
      html.append("</td><td>")
          .append(escape(InspectionText.values(place)))
          .append("</td><td><code>");
      html.append(escape(place.name().orElse(""))).append("</code></td><td><code>");
      html.append(escape(place.type().map(Inspection::shortType).orElse("")))
          .append("</code></td><td>");
      html.append(escape(inspection.rescued(place).orElse(""))).append("</td></tr>\n");
    }
    html.append(
        "</table>\n<p class=\"soft\">in: share of the items, or of the maps around it. bytes: share of the table's size in DynamoDB.</p>\n");
  }

  private void rescued() {
    long values = inspection.forecast().rescuedValues();
    html.append("<h2>Rescued</h2>\n<p>");
    html.append(
        values == 0
            ? "Every value fits the proposed columns; nothing would be rescued."
            : Quantities.count(values, "value")
                + " would be kept as DynamoDB JSON in <code>ddb_rescued</code>, because the column has another type.");
    html.append("</p>\n");
  }

  private static String bar(long part, long whole) {
    double percent = whole == 0 ? 0 : Math.round(1000.0 * part / whole) / 10.0;
    return "<div class=\"bar\"><i style=\"width:" + percent + "%\"></i></div>";
  }

  /** For text and for attributes in double quotes. */
  static String escape(String text) {
    return TextTable.printable(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
