package io.dynamodblake.job.inspect;

import io.dynamodblake.document.HtmlPage;
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
    html.append("<style>\n").append(HtmlPage.STYLE).append("</style>\n</head>\n<body>\n");
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
    return HtmlPage.escape(TextTable.printable(text));
  }
}
