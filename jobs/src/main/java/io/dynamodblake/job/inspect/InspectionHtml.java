package io.dynamodblake.job.inspect;

import io.dynamodblake.document.HtmlPage;
import io.dynamodblake.document.HtmlWriter;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.schema.ItemSizeProfile;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.entity.EntityProposal;
import io.dynamodblake.type.ItemSize;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An {@link Inspection} as one HTML page that loads nothing. One small script, in which there is no
 * data, searches and sorts; without it everything is there. A content security policy forbids the
 * browser any other script, and whatever would be loaded.
 */
public final class InspectionHtml {
  static final int LONGEST_PATH = 160;

  private static final String SCRIPT = PageText.resource("page.js");
  private static final int MOST_KEYS = 6;
  private static final int MOST_MENTIONS = 40;
  private static final double NEAR_LIMIT = 0.9;
  private static final List<String> SORTED_BY =
      List.of("table order", "name", "presence", "bytes", "alerts");

  private final HtmlWriter html = new HtmlWriter(TextTable::printable);
  private final Inspection inspection;
  private final ShownValues shown;
  private final Optional<Against> against;
  private final List<Inspection.Place> places;

  private InspectionHtml(Inspection inspection, ShownValues shown, Optional<Against> against) {
    this.inspection = inspection;
    this.shown = shown;
    this.against = against;
    this.places = inspection.places();
  }

  /**
   * Returns the page.
   *
   * @param shown the values of items that it may show
   * @param against what is different from others; empty if nobody asked
   */
  public static String of(Inspection inspection, ShownValues shown, Optional<Against> against) {
    return new InspectionHtml(inspection, shown, against).page();
  }

  /** Returns a page of nothing but what is different. */
  public static String of(String title, Against against) {
    HtmlWriter html = new HtmlWriter(TextTable::printable);
    begin(html, title);
    html.open("h1").element("bdi", title).close();
    new AgainstHtml(html, against).write();
    return html.close().close().close().page();
  }

  private String page() {
    String title =
        inspection.export().tableName().orElse("export " + inspection.export().exportId());
    begin(html, title);
    head(title);
    if (inspection.profile().items() > 0) {
      alerts();
      against.ifPresent(found -> new AgainstHtml(html, found).write());
      attributes();
      sizes();
      entities();
      rescued();
    }
    html.close().constant("script", SCRIPT).close().close();
    return html.page();
  }

  /** Writes all up to the begin of what people see. */
  private static void begin(HtmlWriter html, String title) {
    html.open("html", "lang", "en").open("head").single("meta", "charset", "utf-8").line();
    html.single("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.single("meta", "http-equiv", "Content-Security-Policy", "content", policy(SCRIPT));
    html.line().element("title", title + " – dynamodb-lake inspect").line();
    html.constant("style", HtmlPage.STYLE + PageText.resource("page.css")).close();
    html.open("body").open("main");
  }

  private static String policy(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-%s'"
          .formatted(Base64.getEncoder().encodeToString(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JVM has it
    }
  }

  private void head(String title) {
    html.open("h1").element("bdi", title).close();
    html.open("p", "class", "soft").text("export " + inspection.export().exportId());
    inspection.export().exportTime().ifPresent(time -> html.text(" of " + time));
    html.single("br").element("code", inspection.export().root(), "class", "place").close();
    html.open("div", "class", "facts");
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
    html.close().line();
    for (String warning : inspection.export().warnings()) {
      html.element("p", warning, "class", "warn");
    }
    List<KeyAttribute> keys = inspection.profile().keyCandidates();
    if (!keys.isEmpty()) {
      html.open("p").text("Likely keys: ");
      int named = Math.min(keys.size(), MOST_KEYS);
      for (int i = 0; i < named; i++) {
        html.text(i == 0 ? "" : ", ").open("code");
        PageText.name(html, keys.get(i).attribute());
        html.close().text(" (%s)".formatted(keys.get(i).descriptor()));
      }
      html.text(more(keys.size() - named)).close();
    }
  }

  private static String more(int number) {
    return number == 0 ? "" : " and %s more".formatted(Quantities.count(number));
  }

  private void fact(String number, String what) {
    html.open("div").element("b", number).text(what).close();
  }

  // ---- alerts

  private void alerts() {
    Map<Inspection.Place, Integer> indexes = new IdentityHashMap<>();
    for (int i = 0; i < places.size(); i++) {
      indexes.put(places.get(i), i);
    }
    html.line().open("section", "aria-labelledby", "alerts");
    html.element("h2", "Worth knowing", "id", "alerts");
    int before = itemAlerts();
    Map<Alert.Kind, List<Alert>> byKind = Alert.byKind(places);
    if (byKind.isEmpty() && before == 0) {
      html.element("p", "Nothing that calls for a look.");
    }
    byKind.forEach(
        (kind, alerts) -> {
          html.open("div", "class", "alert");
          html.element("h3", "%s: %s".formatted(kind.label(), Quantities.count(alerts.size())));
          html.element("p", kind.hint(), "class", "soft").open("ul");
          for (Alert alert : alerts.subList(0, Math.min(alerts.size(), MOST_MENTIONS))) {
            html.open("li");
            String target = "#" + PlaceRows.anchor(indexes.get(alert.place()));
            html.open("a", "href", target);
            PageText.name(html, PageText.tail(alert.place().path(), LONGEST_PATH));
            html.close().text(" " + alert.words()).close();
          }
          if (alerts.size() > MOST_MENTIONS) {
            html.element(
                "li",
                "… and %s more, marked below"
                    .formatted(Quantities.count(alerts.size() - MOST_MENTIONS)));
          }
          html.close().close().line();
        });
    html.close();
  }

  /** Writes what there is to say of whole items, and returns how much that is. */
  private int itemAlerts() {
    int written = 0;
    long largest = inspection.profile().itemSizes().max();
    if (largest >= ItemSize.MOST_ITEM_BYTES * NEAR_LIMIT) {
      written++;
      itemAlert(
          "near the 400 KB limit",
          "The largest item has %s, %s of what DynamoDB stores; a little more, and writes of it fail."
              .formatted(
                  Quantities.bytes(largest),
                  Quantities.share(
                      Math.min(largest, ItemSize.MOST_ITEM_BYTES), ItemSize.MOST_ITEM_BYTES)));
    }
    if (inspection.entities().hasEntities()) {
      written++;
      itemAlert(
          "kinds of items",
          "%s in one table; see below. flatten --entities takes them apart."
              .formatted(
                  Quantities.count(inspection.entities().rules().entities().size(), "kind")));
    }
    if (inspection.profile().falseNulls() > 0) {
      written++;
      itemAlert(
          "NULL that is false",
          "%s {\"NULL\":false}, which DynamoDB does not write; taken for NULL."
              .formatted(Quantities.count(inspection.profile().falseNulls(), "value")));
    }
    if (inspection.profile().forgottenAttributeValues() > 0) {
      written++;
      itemAlert(
          "more attributes than are shown",
          "%s of still more attributes, which have no row and no column; all are rescued."
              .formatted(
                  Quantities.count(inspection.profile().forgottenAttributeValues(), "value")));
    }
    return written;
  }

  private void itemAlert(String title, String words) {
    html.open("div", "class", "alert").element("h3", title).element("p", words).close().line();
  }

  // ---- attributes

  private void attributes() {
    html.line().open("section", "aria-labelledby", "attributes");
    html.element("h2", "Attributes and proposed columns", "id", "attributes");
    html.open("form", "id", "tools", "hidden", "", "role", "search").open("label");
    html.text("Search ").single("input", "type", "search", "id", "find", "autocomplete", "off");
    html.close().open("label").text("Sort by ").open("select", "id", "sort");
    SORTED_BY.forEach(name -> html.element("option", name));
    html.close().close();
    html.element("button", "Open all", "type", "button", "id", "all");
    html.element("output", "", "id", "found").close().line();
    html.open("div", "class", "heads", "aria-hidden", "true");
    for (String head : List.of("attribute", "in", "types", "bytes", "values", "column")) {
      html.element("span", head);
    }
    html.close().line().open("div", "id", "rows").line();
    new PlaceRows(html, inspection, shown, hidden()).write(places);
    html.close();
    html.element(
        "p",
        "in: share of the items, or of the maps around it; for elements, members and any key how"
            + " many there are. bytes: share of the table's size in DynamoDB. Charts are drawn of"
            + " all values, in up to 128 ranges."
            + (shown == ShownValues.NONE
                ? " No values are shown but the smallest and largest numbers."
                : ""),
        "class",
        "soft");
    html.close();
  }

  private Set<String> hidden() {
    return against.map(Against::lost).orElse(Set.of());
  }

  private void sizes() {
    ItemSizeProfile sizes = inspection.profile().itemSizes();
    long items = inspection.profile().items();
    html.line().open("section", "aria-labelledby", "sizes");
    html.element("h2", "Item size", "id", "sizes");
    html.element(
        "p",
        "smallest %s, average %s, largest %s"
            .formatted(
                Quantities.bytes(sizes.min()),
                Quantities.bytes(sizes.sum() / items),
                Quantities.bytes(sizes.max())));
    html.open("table").open("tr");
    html.element("th", "size").element("th", "items", "class", "n").element("td", "").close();
    for (int i = 0; i < ItemSizeProfile.CLASSES; i++) {
      long count = sizes.histogram(i);
      if (count > 0) {
        html.open("tr");
        html.element(
            "td", "%s – %s".formatted(Quantities.bytes(1L << i), Quantities.bytes(1L << (i + 1))));
        html.element("td", Quantities.count(count), "class", "n");
        html.open("td", "class", "wide");
        html.open("u", "style", "--w:" + PlaceRows.percent(count, items));
        html.close().close().close();
      }
    }
    html.close().close();
  }

  private void entities() {
    EntityProposal entities = inspection.entities();
    List<String> lines = EntitiesShown.sentences(entities);
    if (lines.isEmpty()) {
      return;
    }
    html.line().open("section", "aria-labelledby", "kinds");
    html.element("h2", "Kinds of items", "id", "kinds");
    lines.forEach(line -> html.element("p", line));
    if (entities.hasEntities()) {
      html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", "kinds");
      html.open("table", "class", "kinds").open("tr").element("th", "name");
      for (String head : List.of("items", "share", "alike")) {
        html.element("th", head, "class", "n");
      }
      html.element("th", "told by").element("th", "attributes").close();
      entities.entities().forEach(kind -> kind(entities, kind));
      html.close().close();
      html.element("p", EntitiesShown.LEGEND, "class", "soft");
    }
    html.close();
  }

  private void kind(EntityProposal entities, EntityProposal.Kind kind) {
    html.open("tr").open("td").open("code");
    PageText.name(html, kind.name());
    html.close().close();
    html.element("td", Quantities.count(kind.items()), "class", "n");
    html.open("td", "class", "n").text(Quantities.share(kind.items(), entities.items()));
    html.open("u", "style", "--w:" + PlaceRows.percent(kind.items(), entities.items()));
    html.close().close();
    html.element("td", EntitiesShown.alike(kind), "class", "n").open("td");
    for (String words : EntitiesShown.toldBy(entities, kind)) {
      html.open("code");
      PageText.name(html, words);
      html.close().single("br");
    }
    html.close().open("td");
    String between = "";
    for (String attribute : kind.attributes().keySet()) {
      html.text(between);
      PageText.name(html, attribute);
      between = ", ";
    }
    html.close().close();
  }

  private void rescued() {
    long values = inspection.forecast().rescuedValues();
    html.line().open("section", "aria-labelledby", "rescued");
    html.element("h2", "Rescued", "id", "rescued").open("p");
    if (values == 0) {
      html.text("Every value fits the proposed columns; nothing would be rescued.");
    } else {
      html.text(
          Quantities.count(values, "value")
              + (values == 1 ? " does not fit its column" : " do not fit their columns")
              + " and would be kept as DynamoDB JSON in ");
      html.element("code", "ddb_rescued").text(".");
    }
    html.close().close();
  }
}
