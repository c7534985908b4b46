package io.dynamodblake.job.inspect;

import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.schema.DistinctTexts;
import io.dynamodblake.schema.MapProfile;
import io.dynamodblake.schema.TextKind;
import io.dynamodblake.schema.ValueDetails;
import io.dynamodblake.schema.ValueProfile;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody should know of a place before a table is made of it.
 *
 * @param words why, with figures; no values
 */
record Alert(Kind kind, Inspection.Place place, String words) {
  private static final long FEWEST_FOR_UNIQUE = 100;
  private static final double NEARLY_ALL = 0.95;
  private static final double NEARLY_UNIQUE = 0.9;

  /** The kinds, those that matter most first. */
  enum Kind {
    MIXED_TYPES("mixed types", "Their rarer values do not fit a column of the most frequent type."),
    OPEN_MAP(
        "open keys", "The keys of these maps are data; they become a map column, not a struct."),
    NUMBER_TEXT("numbers as text", "They sort and compare as text until they are cast."),
    TIME_TEXT(
        "times as text",
        "A time column needs no parsing in each query, and can be partitioned by."),
    EPOCH("times as numbers", "Whole numbers that could be moments; order numbers could, too."),
    BOOLEAN_TEXT("booleans as text", "Text that only says true or false."),
    JSON_TEXT("JSON as text", "Text that begins and ends as JSON does."),
    MOSTLY_NULL("mostly NULL", "NULL is a value in DynamoDB, which takes space; absent does not."),
    NEAR_UNIQUE(
        "near-unique text",
        "An identifier or free text: nothing to group by, and little to compress.");

    private final String label;
    private final String hint;

    Kind(String label, String hint) {
      this.label = label;
      this.hint = hint;
    }

    String label() {
      return label;
    }

    String hint() {
      return hint;
    }

    private boolean saysMoreThanText() {
      return this == NUMBER_TEXT || this == TIME_TEXT || this == JSON_TEXT;
    }
  }

  /** Returns what there is to say of these places, by kind, in their order. */
  static Map<Kind, List<Alert>> byKind(List<Inspection.Place> places) {
    Map<Kind, List<Alert>> byKind = new EnumMap<>(Kind.class);
    for (Inspection.Place place : places) {
      for (Alert alert : of(place)) {
        byKind.computeIfAbsent(alert.kind(), kind -> new ArrayList<>()).add(alert);
      }
    }
    return byKind;
  }

  /** Returns what there is to say of a place. */
  static List<Alert> of(Inspection.Place place) {
    List<Alert> alerts = new ArrayList<>();
    ValueProfile values = place.values();
    long nulls = values.count(Descriptor.NULL);
    if (values.kinds() > 1) {
      List<String> shares = new ArrayList<>();
      for (Descriptor descriptor : place.descriptors()) {
        if (descriptor != Descriptor.NULL) {
          shares.add(
              descriptor
                  + " "
                  + Quantities.share(values.count(descriptor), values.total() - nulls));
        }
      }
      alerts.add(new Alert(Kind.MIXED_TYPES, place, String.join(", ", shares)));
    }
    values
        .fields()
        .filter(MapProfile::isOpen)
        .ifPresent(
            fields ->
                alerts.add(
                    new Alert(
                        Kind.OPEN_MAP,
                        place,
                        "more than %s keys in %s"
                            .formatted(
                                Quantities.count(fields.maxFields()),
                                Quantities.count(values.count(Descriptor.M), "map")))));
    values.details().ifPresent(details -> addTexts(alerts, place, details));
    Moments.ofNumbers(values)
        .ifPresent(unit -> alerts.add(new Alert(Kind.EPOCH, place, "could be " + unit.words())));
    if (nulls * 2 >= values.total() && nulls > 0) {
      alerts.add(
          new Alert(Kind.MOSTLY_NULL, place, Quantities.share(nulls, values.total()) + " of them"));
    }
    return alerts;
  }

  private static void addTexts(List<Alert> alerts, Inspection.Place place, ValueDetails details) {
    long texts = place.values().count(Descriptor.S);
    addForm(alerts, Kind.NUMBER_TEXT, place, details.count(TextKind.NUMBER), texts);
    addForm(
        alerts,
        Kind.TIME_TEXT,
        place,
        details.count(TextKind.TIME) + details.count(TextKind.DATE),
        texts);
    addForm(alerts, Kind.BOOLEAN_TEXT, place, details.count(TextKind.BOOLEAN), texts);
    addForm(alerts, Kind.JSON_TEXT, place, details.count(TextKind.JSON), texts);
    Optional<DistinctTexts> distinct = details.texts().filter(found -> !found.areFew());
    // of a time or a number nobody wonders that it is seldom the same
    if (alerts.stream().noneMatch(alert -> alert.kind().saysMoreThanText())
        && texts >= FEWEST_FOR_UNIQUE
        && distinct.filter(found -> found.number() >= texts * NEARLY_UNIQUE).isPresent()) {
      alerts.add(
          new Alert(
              Kind.NEAR_UNIQUE,
              place,
              "about %s different of %s"
                  .formatted(
                      Quantities.count(Math.min(texts, distinct.get().number())),
                      Quantities.count(texts))));
    }
  }

  private static void addForm(
      List<Alert> alerts, Kind kind, Inspection.Place place, long part, long texts) {
    if (part > 0 && part >= texts * NEARLY_ALL) {
      alerts.add(new Alert(kind, place, Quantities.share(part, texts) + " of the texts"));
    }
  }
}
