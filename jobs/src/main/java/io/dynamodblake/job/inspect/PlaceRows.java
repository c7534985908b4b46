package io.dynamodblake.job.inspect;

import io.dynamodblake.document.HtmlWriter;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.schema.NumberProfile;
import io.dynamodblake.schema.TextKind;
import io.dynamodblake.schema.ValueDetails;
import io.dynamodblake.schema.ValueProfile;
import io.dynamodblake.type.Descriptor;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The places of an {@link Inspection} as rows of its page that can be opened. */
final class PlaceRows {
  private static final int DEEPEST_INDENT = 8;
  private static final int LONGEST_PARENT = 160;
  private static final int LONGEST_DIGITS = 20;
  private static final MathContext SHORT = new MathContext(5, RoundingMode.HALF_EVEN);

  private final HtmlWriter html;
  private final Inspection inspection;
  private final ShownValues shown;
  private final Set<String> hidden;
  private final Figures figures;

  /**
   * @param hidden attributes of which no values are shown
   */
  PlaceRows(HtmlWriter html, Inspection inspection, ShownValues shown, Set<String> hidden) {
    this.html = html;
    this.inspection = inspection;
    this.shown = shown;
    this.hidden = hidden;
    this.figures = new Figures(html);
  }

  /** Returns what links to a row and its row have in common. */
  static String anchor(int index) {
    return "p" + index;
  }

  void write(List<Inspection.Place> places) {
    for (int i = 0; i < places.size(); i++) {
      row(places.get(i), i);
    }
  }

  private void row(Inspection.Place place, int index) {
    List<Alert> alerts = Alert.of(place);
    long bytes = place.values().sizeBytes();
    html.open(
        "details",
        "id",
        anchor(index),
        "class",
        "d" + Math.min(DEEPEST_INDENT, place.depth()),
        "data-n",
        Long.toString(place.values().total()),
        "data-b",
        Long.toString(bytes));
    html.open("summary").open("span", "class", "name");
    if (place.depth() > 0) {
      html.element("bdi", PageText.tail(parent(place), LONGEST_PARENT), "class", "up");
    }
    PageText.name(html, place.label());
    for (Alert alert : alerts) {
      html.text(" ").element("em", alert.kind().label());
    }
    html.close();
    presence(place);
    html.element("span", types(place));
    html.element(
        "span", bytes == 0 ? "" : Quantities.share(bytes, inspection.profile().itemSizes().sum()));
    html.element("span", values(place));
    column(place);
    html.close().open("div");
    body(place, alerts);
    html.close().close().line();
  }

  private static String parent(Inspection.Place place) {
    String path = place.path();
    int end =
        place.isElement()
            ? path.length() - "[]".length()
            : path.endsWith(".*") && place.label().startsWith("(")
                ? path.length() - "*".length()
                : path.length() - place.label().length();
    return path.substring(0, Math.max(0, end));
  }

  private void presence(Inspection.Place place) {
    boolean shared = !place.isElement() && !place.path().endsWith(".*");
    long values = place.values().total();
    html.open("span");
    if (!shared) {
      html.text(Quantities.count(values)).close();
      return;
    }
    html.text(Quantities.share(values, place.parents()));
    html.open("u", "style", "--w:" + percent(values, place.parents())).close().close();
  }

  /** A share of a bar's width; what is there is seen. */
  static String percent(long part, long whole) {
    long percent = whole == 0 ? 0 : Math.round(100.0 * part / whole);
    return (part > 0 ? Math.max(1, percent) : 0) + "%";
  }

  private static String types(Inspection.Place place) {
    return place.descriptors().stream().map(Descriptor::name).collect(Collectors.joining(", "));
  }

  private static String values(Inspection.Place place) {
    List<String> parts = new ArrayList<>();
    place
        .values()
        .number()
        .filter(number -> number.count() > 0)
        .ifPresent(
            number ->
                parts.add(
                    number.min().compareTo(number.max()) == 0
                        ? digits(number.min())
                        : digits(number.min()) + " … " + digits(number.max())));
    place.values().text().flatMap(InspectionText::lengths).ifPresent(parts::add);
    place.values().binary().flatMap(InspectionText::lengths).ifPresent(parts::add);
    return String.join("; ", parts);
  }

  /** All digits where they are few, else the first ones and how many there are. */
  private static String digits(BigDecimal number) {
    String all = InspectionText.digits(number);
    return all.length() <= LONGEST_DIGITS
        ? all
        : "%s (%d digits)".formatted(number.round(SHORT), number.precision());
  }

  private void column(Inspection.Place place) {
    html.open("span");
    Optional<String> rescued = inspection.rescued(place);
    place
        .name()
        .filter(name -> !name.equals(place.label()))
        .ifPresent(
            name -> {
              PageText.name(html, name);
              html.text(" ");
            });
    place.type().ifPresent(type -> PageText.type(html, Inspection.shortType(type)));
    rescued.ifPresent(words -> html.text(" ").element("small", "rescued: " + words));
    html.close();
  }

  // ---- what is seen when a row is open

  private void body(Inspection.Place place, List<Alert> alerts) {
    ValueProfile values = place.values();
    html.open("p");
    if (place.depth() > 0) {
      html.open("code");
      PageText.name(html, place.path());
      html.close().single("br");
    }
    html.text(facts(place)).close();
    for (Alert alert : alerts) {
      html.open("p", "class", "warn");
      html.text(alert.kind().label() + ": " + alert.words() + ". " + alert.kind().hint()).close();
    }
    values
        .details()
        .ifPresent(
            details -> {
              for (ValueDetails.Spread spread : ValueDetails.Spread.values()) {
                details
                    .spread(spread)
                    .filter(numbers -> numbers.size() > 1)
                    .ifPresent(numbers -> figures.write(values, spread, numbers, numbers, ""));
              }
              top(place);
            });
  }

  private String facts(Inspection.Place place) {
    ValueProfile values = place.values();
    List<String> facts = new ArrayList<>();
    for (Descriptor descriptor : place.descriptors()) {
      facts.add(descriptor + " " + Quantities.count(values.count(descriptor)));
    }
    if (values.emptyLists() + values.emptyMaps() > 0) {
      facts.add(Quantities.count(values.emptyLists() + values.emptyMaps()) + " empty");
    }
    values
        .number()
        .filter(number -> number.count() > 0)
        .ifPresent(number -> facts.add(exact(number)));
    values
        .text()
        .filter(text -> text.empty() > 0)
        .ifPresent(text -> facts.add(Quantities.count(text.empty()) + " empty"));
    values.details().ifPresent(details -> addDetails(facts, values, details));
    if (values.sizeBytes() > 0) {
      facts.add(Quantities.bytes(values.sizeBytes()) + " in DynamoDB");
    }
    return String.join(" · ", facts);
  }

  private static String exact(NumberProfile number) {
    String digits = number.maxSignificantDigits() + " digits at most";
    String min = InspectionText.digits(number.min());
    String max = InspectionText.digits(number.max());
    // shorter ones stand in the row
    return min.length() > LONGEST_DIGITS || max.length() > LONGEST_DIGITS
        ? "%s … %s, %s".formatted(min, max, digits)
        : digits;
  }

  private static void addDetails(List<String> facts, ValueProfile values, ValueDetails details) {
    details
        .texts()
        .ifPresent(
            texts ->
                facts.add(
                    (texts.areFew() ? "" : "about ")
                        + Quantities.count(
                            Math.min(texts.number(), values.count(Descriptor.S)),
                            "different text")));
    addForm(facts, details.count(TextKind.NUMBER), "like numbers");
    addForm(facts, details.count(TextKind.DATE), "dates");
    addForm(facts, details.count(TextKind.TIME), "times");
    addForm(facts, details.count(TextKind.BOOLEAN), "like booleans");
    addForm(facts, details.count(TextKind.JSON), "like JSON");
  }

  private static void addForm(List<String> facts, long count, String words) {
    if (count > 0) {
      facts.add(Quantities.count(count) + " " + words);
    }
  }

  private void top(Inspection.Place place) {
    List<ShownValues.Shown> most = shown.of(place, hidden);
    if (most.isEmpty()) {
      return;
    }
    html.open("table").element("caption", "values");
    for (ShownValues.Shown value : most) {
      html.open("tr").open("th", "scope", "row");
      html.element(
              "bdi",
              value.descriptor() == Descriptor.S ? "“%s”".formatted(value.value()) : value.value())
          .close();
      html.element("td", Quantities.count(value.count()), "class", "n");
      html.open("td").open("u", "style", "--w:" + percent(value.count(), place.values().total()));
      html.close().close().close();
    }
    html.close();
  }
}
