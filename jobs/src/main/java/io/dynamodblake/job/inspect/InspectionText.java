package io.dynamodblake.job.inspect;

import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.Terminal;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.schema.ItemSizeProfile;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.LengthProfile;
import io.dynamodblake.schema.NumberProfile;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.type.Descriptor;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Shows an {@link Inspection} on a terminal. */
public final class InspectionText {
  private static final int DEEPEST = 2;
  private static final int MOST_ROWS = 80;
  private static final int BAR = 30;
  private static final int MOST_KEYS = 6;
  private static final int LONGEST_NUMBER = 45;

  private final Inspection inspection;
  private final Terminal terminal;
  private final boolean all;

  /**
   * @param all whether every place is shown, however many and deep
   */
  public InspectionText(Inspection inspection, Terminal terminal, boolean all) {
    this.inspection = inspection;
    this.terminal = terminal;
    this.all = all;
  }

  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.addAll(summary());
    if (inspection.profile().items() > 0) {
      lines.add("");
      lines.addAll(sizes());
      lines.add("");
      lines.addAll(keys());
      List<String> entities = EntitiesShown.lines(inspection.entities(), terminal, all);
      if (!entities.isEmpty()) {
        lines.add("");
        lines.addAll(entities);
      }
      lines.add("");
      lines.addAll(table());
      lines.add("");
      lines.addAll(rescued());
      List<String> suggestions = SuggestionsShown.lines(inspection.suggestions(), terminal, all);
      if (!suggestions.isEmpty()) {
        lines.add("");
        lines.addAll(suggestions);
      }
    }
    return lines;
  }

  private List<String> summary() {
    Profile profile = inspection.profile();
    List<String> lines = new ArrayList<>();
    String table = inspection.export().tableName().map(name -> "table " + name + ", ").orElse("");
    String time = inspection.export().exportTime().map(at -> " of " + at).orElse("");
    lines.add(
        terminal.bold(
            TextTable.printable(table + "export " + inspection.export().exportId() + time)));
    lines.add(TextTable.printable(inspection.export().root()));
    lines.add(
        Quantities.count(profile.items(), "item")
            + " in "
            + Quantities.count(inspection.export().files().size(), "data file")
            + (inspection.storedBytes() < 0
                ? ""
                : ", " + Quantities.bytes(inspection.storedBytes()) + " compressed")
            + ", "
            + Quantities.bytes(profile.rawBytes())
            + " of "
            + inspection.export().recordFormat().words()
            + ", "
            + Quantities.bytes(profile.itemSizes().sum())
            + " in DynamoDB");
    lines.add(Quantities.count(profile.attributes().size(), "attribute") + "; " + verification());
    inspection
        .export()
        .warnings()
        .forEach(warning -> lines.add("note: " + TextTable.printable(warning)));
    if (profile.falseNulls() > 0) {
      lines.add(
          "note: "
              + Quantities.count(profile.falseNulls(), "value")
              + " {\"NULL\":false}, taken for NULL");
    }
    if (profile.forgottenAttributeValues() > 0) {
      lines.add(
          "note: "
              + Quantities.count(profile.forgottenAttributeValues(), "value")
              + " of still more attributes, which have no row and no column; all are rescued");
    }
    return lines;
  }

  private String verification() {
    if (!inspection.export().hasManifest()) {
      return "no manifest: nobody can tell whether the export is complete";
    }
    return verification(inspection.verification(), "item");
  }

  /**
   * What was compared with the manifest.
   *
   * @param record what a line is called
   */
  static String verification(String level, String record) {
    return switch (level) {
      case "md5" -> "checksums and %s counts agree with the manifest".formatted(record);
      case "counts" ->
          "%s counts agree with the manifest, checksums were not compared".formatted(record);
      default -> "not compared with the manifest (--verify none)";
    };
  }

  private List<String> sizes() {
    ItemSizeProfile sizes = inspection.profile().itemSizes();
    long items = inspection.profile().items();
    List<String> lines = new ArrayList<>();
    lines.add(
        terminal.bold("Item size")
            + "  smallest "
            + Quantities.bytes(sizes.min())
            + ", average "
            + Quantities.bytes(sizes.sum() / items)
            + ", largest "
            + Quantities.bytes(sizes.max()));
    int first = -1;
    int last = -1;
    long most = 0;
    for (int i = 0; i < ItemSizeProfile.CLASSES; i++) {
      long count = sizes.histogram(i);
      if (count > 0) {
        first = first < 0 ? i : first;
        last = i;
        most = Math.max(most, count);
      }
    }
    for (int i = first; i <= last; i++) {
      long count = sizes.histogram(i);
      int cells = (int) Math.ceil((double) count * BAR / most);
      lines.add(
          "  %8s – %-8s %s %s  %s"
              .formatted(
                  Quantities.bytes(1L << i),
                  Quantities.bytes(1L << (i + 1)),
                  "█".repeat(cells) + " ".repeat(BAR - cells),
                  "%9s".formatted(Quantities.count(count)),
                  Quantities.share(count, items)));
    }
    return lines;
  }

  private List<String> keys() {
    List<KeyAttribute> candidates = inspection.profile().keyCandidates();
    if (candidates.isEmpty()) {
      return List.of(
          terminal.bold("Likely keys") + "  none: no attribute is in every item with one key type");
    }
    String shown =
        candidates.stream()
            .limit(MOST_KEYS)
            .map(key -> key.attribute() + " (" + key.descriptor() + ")")
            .collect(Collectors.joining(", "));
    return List.of(
        terminal.bold("Likely keys")
            + "  "
            + TextTable.printable(shown)
            + (candidates.size() > MOST_KEYS ? ", …" : ""));
  }

  private List<String> table() {
    TextTable table =
        new TextTable(
            List.of("ATTRIBUTE", "IN", "TYPES", "BYTES", "VALUES", "COLUMN"),
            List.of(
                TextTable.Column.FLEXIBLE,
                TextTable.Column.RIGHT,
                TextTable.Column.FLEXIBLE,
                TextTable.Column.RIGHT,
                TextTable.Column.FLEXIBLE,
                TextTable.Column.FLEXIBLE));
    int hidden = 0;
    for (Inspection.Place place : inspection.places()) {
      if (!all && (place.depth() > DEEPEST || table.size() >= MOST_ROWS)) {
        hidden++;
      } else {
        table.add(
            "  ".repeat(place.depth()) + place.label(),
            share(place),
            types(place),
            bytes(place),
            values(place),
            column(place));
      }
    }
    List<String> lines = new ArrayList<>(table.lines(terminal.width(), terminal::bold));
    if (hidden > 0) {
      lines.add("… and " + Quantities.count(hidden, "more row") + "; --all shows them");
    }
    lines.add(
        terminal.dim(
            "IN: share of the items, or of the maps around it. BYTES: share of the table's size in DynamoDB."));
    return lines;
  }

  private static String share(Inspection.Place place) {
    return place.isElement() || place.path().endsWith(".*")
        ? Quantities.count(place.values().total())
        : Quantities.share(place.values().total(), place.parents());
  }

  private static String types(Inspection.Place place) {
    List<Descriptor> descriptors = place.descriptors();
    if (descriptors.size() == 1) {
      return descriptors.get(0).name();
    }
    return descriptors.stream()
        .map(descriptor -> descriptor + " " + Quantities.count(place.values().count(descriptor)))
        .collect(Collectors.joining(", "));
  }

  private String bytes(Inspection.Place place) {
    long bytes = place.values().sizeBytes();
    return bytes == 0 ? "" : Quantities.share(bytes, inspection.profile().itemSizes().sum());
  }

  /** Ranges of numbers and lengths of the others, for people. */
  static String values(Inspection.Place place) {
    List<String> parts = new ArrayList<>();
    place
        .values()
        .number()
        .filter(number -> number.count() > 0)
        .ifPresent(number -> parts.add(range(number)));
    place.values().text().flatMap(InspectionText::lengths).ifPresent(parts::add);
    place.values().binary().flatMap(InspectionText::lengths).ifPresent(parts::add);
    if (place.values().emptyLists() > 0) {
      parts.add(Quantities.count(place.values().emptyLists()) + " empty");
    }
    if (place.values().emptyMaps() > 0) {
      parts.add(Quantities.count(place.values().emptyMaps()) + " empty");
    }
    return String.join("; ", parts);
  }

  private static String range(NumberProfile number) {
    String digits =
        number.maxSignificantDigits() > 15 ? " (" + number.maxSignificantDigits() + " digits)" : "";
    return number.min().compareTo(number.max()) == 0
        ? digits(number.min()) + digits
        : digits(number.min()) + " … " + digits(number.max()) + digits;
  }

  /** All digits, unless that would be mostly zeros. */
  static String digits(BigDecimal number) {
    String plain = number.abs().scale() > LONGEST_NUMBER ? "" : number.toPlainString();
    return plain.isEmpty() || plain.length() > LONGEST_NUMBER ? number.toString() : plain;
  }

  static Optional<String> lengths(LengthProfile lengths) {
    if (lengths.count() == 0) {
      return Optional.empty();
    }
    String longest = Quantities.bytes(lengths.max());
    if (lengths.min() == lengths.max()) {
      return Optional.of(longest);
    }
    String shortest = Quantities.bytes(lengths.min());
    String unit = longest.substring(longest.indexOf(' '));
    String average = Quantities.bytes(Math.round((double) lengths.sum() / lengths.count()));
    return Optional.of(
        (shortest.endsWith(unit)
                ? shortest.substring(0, shortest.length() - unit.length())
                : shortest)
            + "–"
            + longest
            + ", avg "
            + (average.endsWith(unit)
                ? average.substring(0, average.length() - unit.length())
                : average));
  }

  private String column(Inspection.Place place) {
    String type = place.type().map(Inspection::shortType).orElse("");
    String name =
        place.name().filter(each -> !each.equals(place.label())).map(each -> each + " ").orElse("");
    String rescued =
        place.depth() == 0
            ? inspection.rescued(place).map(words -> "rescued: " + words).orElse("")
            : "";
    return type.isEmpty() || rescued.isEmpty()
        ? name + type + rescued
        : name + type + "; " + rescued;
  }

  private List<String> rescued() {
    long values = inspection.forecast().rescuedValues();
    if (values == 0) {
      return List.of(
          terminal.green("Every value fits the proposed columns; nothing would be rescued."));
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        terminal.bold("Rescued")
            + "  "
            + Quantities.count(values, "value")
            + (values == 1 ? " does not fit its column" : " do not fit their columns")
            + "; ddb_rescued would keep them as DynamoDB JSON:");
    List<String> details = new ArrayList<>();
    inspection
        .forecast()
        .rescues()
        .forEach(
            rescue ->
                details.add(
                    "  " + TextTable.printable(rescue.path()) + ": " + Inspection.words(rescue)));
    inspection
        .forecast()
        .leftOut()
        .forEach(
            (attribute, count) ->
                details.add(
                    "  " + TextTable.printable(attribute) + ": all " + Quantities.count(count)));
    int shown = all ? details.size() : Math.min(details.size(), 12);
    lines.addAll(details.subList(0, shown));
    if (shown < details.size()) {
      lines.add(
          "  … and "
              + Quantities.count(details.size() - shown, "more place")
              + "; --all shows them");
    }
    return lines;
  }
}
