package io.dynamodblake.job.inspect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.ExportManifest;
import io.dynamodblake.schema.ItemSizeProfile;
import io.dynamodblake.schema.LengthProfile;
import io.dynamodblake.schema.NumberProfile;
import io.dynamodblake.schema.Profile;
import io.dynamodblake.type.Descriptor;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An {@link Inspection} as one JSON document, described in {@code docs/inspect.md}. Keys are only
 * ever added; a change of meaning gets another {@code formatVersion}.
 */
public final class InspectionJson {
  private InspectionJson() {}

  /**
   * Returns the document.
   *
   * @param shown the values of items that it may show
   * @param against what is different from others; empty if nobody asked
   */
  public static String of(Inspection inspection, ShownValues shown, Optional<Against> against) {
    ObjectNode tree = new Envelope("inspection", 1).begin();
    putExport(tree.putObject("export"), inspection);
    Profile profile = inspection.profile();
    tree.put("items", profile.items());
    tree.put("jsonBytes", profile.rawBytes());
    tree.put("falseNulls", profile.falseNulls());
    tree.put("forgottenAttributeValues", profile.forgottenAttributeValues());
    putSizes(tree.putObject("itemBytes"), profile.itemSizes(), profile.items());
    ArrayNode keys = tree.putArray("keyCandidates");
    profile
        .keyCandidates()
        .forEach(
            key ->
                keys.addObject()
                    .put("attribute", key.attribute())
                    .put("descriptor", key.descriptor().name()));
    ArrayNode places = tree.putArray("places");
    Set<String> hidden = against.map(Against::lost).orElse(Set.of());
    inspection.places().forEach(place -> putPlace(places.addObject(), place, shown, hidden));
    putRescued(tree.putObject("rescued"), inspection);
    SuggestionsShown.put(tree.putObject("suggestions"), inspection.suggestions());
    EntitiesShown.put(tree.putObject("entities"), inspection.entities());
    against.ifPresent(found -> AgainstJson.put(tree.putObject("against"), found));
    return JsonDocuments.printAnswer(tree) + "\n";
  }

  private static void putExport(ObjectNode node, Inspection inspection) {
    ExportManifest export = inspection.export();
    node.put("root", export.root());
    node.put("exportId", export.exportId());
    export.exportArn().ifPresent(arn -> node.put("exportArn", arn));
    export.tableArn().ifPresent(arn -> node.put("tableArn", arn));
    export.exportTime().ifPresent(time -> node.put("exportTime", time.toString()));
    node.put("extent", export.extent().key());
    node.put("manifest", export.hasManifest());
    node.put("files", export.files().size());
    if (inspection.storedBytes() >= 0) {
      node.put("storedBytes", inspection.storedBytes());
    }
    node.put("verification", export.hasManifest() ? inspection.verification() : "none");
    ArrayNode warnings = node.putArray("warnings");
    export.warnings().forEach(warnings::add);
  }

  private static void putSizes(ObjectNode node, ItemSizeProfile sizes, long items) {
    node.put("sum", sizes.sum());
    if (items == 0) {
      return;
    }
    node.put("min", sizes.min());
    node.put("max", sizes.max());
    ArrayNode histogram = node.putArray("histogram");
    for (int i = 0; i < ItemSizeProfile.CLASSES; i++) {
      if (sizes.histogram(i) > 0) {
        histogram
            .addObject()
            .put("from", 1L << i)
            .put("below", 1L << (i + 1))
            .put("items", sizes.histogram(i));
      }
    }
  }

  private static void putPlace(
      ObjectNode node, Inspection.Place place, ShownValues shown, Set<String> hidden) {
    node.put("path", place.path());
    node.put("depth", place.depth());
    node.put("values", place.values().total());
    node.put("of", place.parents());
    ObjectNode descriptors = node.putObject("descriptors");
    for (Descriptor descriptor : place.descriptors()) {
      descriptors.put(descriptor.name(), place.values().count(descriptor));
    }
    node.put("jsonBytes", place.values().rawBytes());
    node.put("itemBytes", place.values().sizeBytes());
    place
        .values()
        .number()
        .filter(number -> number.count() > 0)
        .ifPresent(number -> putNumber(node.putObject("number"), number));
    putLengths(node, "textBytes", place.values().text());
    putLengths(node, "binaryBytes", place.values().binary());
    if (place.values().emptyLists() > 0) {
      node.put("emptyLists", place.values().emptyLists());
    }
    if (place.values().emptyMaps() > 0) {
      node.put("emptyMaps", place.values().emptyMaps());
    }
    place.values().details().ifPresent(details -> DetailsJson.put(node, details, shown));
    List<ShownValues.Shown> few = shown.of(place, hidden);
    if (!few.isEmpty()) {
      ArrayNode top = node.putArray("topValues");
      few.forEach(
          value ->
              top.addObject()
                  .put("descriptor", value.descriptor().name())
                  .put("value", value.value())
                  .put("count", value.count()));
    }
    place.name().ifPresent(name -> node.put(place.depth() == 0 ? "column" : "field", name));
    place.type().ifPresent(type -> node.put("type", Inspection.shortType(type)));
  }

  private static void putNumber(ObjectNode node, NumberProfile number) {
    // as text: a JSON number would be read as a double by most
    node.put("min", number.min().toString());
    node.put("max", number.max().toString());
    node.put("integerDigits", number.bounds().maxIntegerDigits());
    node.put("scale", number.bounds().maxScale());
    node.put("significantDigits", number.maxSignificantDigits());
  }

  private static void putLengths(ObjectNode node, String key, Optional<LengthProfile> lengths) {
    lengths
        .filter(each -> each.count() > 0)
        .ifPresent(
            each ->
                node.putObject(key)
                    .put("min", each.min())
                    .put("max", each.max())
                    .put("sum", each.sum())
                    .put("empty", each.empty()));
  }

  private static void putRescued(ObjectNode node, Inspection inspection) {
    node.put("values", inspection.forecast().rescuedValues());
    ArrayNode places = node.putArray("places");
    inspection
        .forecast()
        .rescues()
        .forEach(
            rescue -> {
              ObjectNode place = places.addObject();
              place.put("column", rescue.column());
              place.put("path", rescue.path());
              place.put("exact", rescue.exact());
              ObjectNode values = place.putObject("descriptors");
              rescue.values().forEach((descriptor, count) -> values.put(descriptor.name(), count));
            });
    ObjectNode leftOut = node.putObject("attributesWithoutColumn");
    inspection.forecast().leftOut().forEach(leftOut::put);
  }
}
