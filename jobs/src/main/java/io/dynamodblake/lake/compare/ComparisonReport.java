package io.dynamodblake.lake.compare;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.export.ComparedSettings;
import java.util.List;
import java.util.Optional;

/**
 * What a comparison found.
 *
 * @param a what the first set is
 * @param b what the second set is
 * @param keys by which items were paired, such as {@code pk:S}; empty if only whole items were
 *     compared
 * @param notes what to know about the sets
 * @param itemsA items of the first set
 * @param itemsB items of the second set
 * @param equalItems items that both have, duplicates counted
 * @param keysOnlyInA keys that only the first set has; without keys different items
 * @param keysOnlyInB keys that only the second set has
 * @param differingKeys keys that both have, and not with the same items
 * @param shown the first of the keys that differ or that one side lacks
 * @param changes what was written that leads from the first set to the second; empty if nobody
 *     asked for it
 * @param settings how the settings of two live tables differ, whatever their items do; empty if
 *     they are no two live tables, or nobody asked
 */
public record ComparisonReport(
    String a,
    String b,
    List<String> keys,
    List<String> notes,
    long itemsA,
    long itemsB,
    long equalItems,
    long keysOnlyInA,
    long keysOnlyInB,
    long differingKeys,
    List<Shown> shown,
    Optional<WrittenChanges> changes,
    Optional<ComparedSettings> settings) {
  private static final Envelope ENVELOPE = new Envelope("comparison", 1);

  /**
   * One key that is not the same in both.
   *
   * @param digest of the key, the same in every run; of the whole item where there are no keys
   * @param item the key as DynamoDB JSON, or the item where there are no keys; only if values are
   *     to be shown
   * @param inA items with the key in the first set
   * @param inB items with the key in the second set
   * @param places where the two items differ; empty unless both sides have one
   */
  public record Shown(
      String digest, Optional<String> item, long inA, long inB, List<Place> places) {
    public Shown {
      places = List.copyOf(places);
    }
  }

  /**
   * One place at which two items differ.
   *
   * @param what in words without values
   * @param a the value, if values are to be shown
   * @param b the value, if values are to be shown
   */
  public record Place(String path, String what, Optional<String> a, Optional<String> b) {}

  public ComparisonReport {
    keys = List.copyOf(keys);
    notes = List.copyOf(notes);
    shown = List.copyOf(shown);
  }

  /** Returns the same, with what was written. */
  ComparisonReport with(WrittenChanges written) {
    return new ComparisonReport(
        a,
        b,
        keys,
        notes,
        itemsA,
        itemsB,
        equalItems,
        keysOnlyInA,
        keysOnlyInB,
        differingKeys,
        shown,
        Optional.of(written),
        settings);
  }

  /** Returns the same, with how settings differ. */
  public ComparisonReport with(Optional<ComparedSettings> compared) {
    return new ComparisonReport(
        a,
        b,
        keys,
        notes,
        itemsA,
        itemsB,
        equalItems,
        keysOnlyInA,
        keysOnlyInB,
        differingKeys,
        shown,
        changes,
        compared);
  }

  /** Returns whether both hold the same items. */
  public boolean equal() {
    return equalItems == itemsA && equalItems == itemsB;
  }

  public String toJson() {
    ObjectNode tree = ENVELOPE.begin();
    tree.put("equal", equal());
    side(tree.putObject("a"), a, itemsA);
    side(tree.putObject("b"), b, itemsB);
    tree.put("equalItems", equalItems);
    ArrayNode by = tree.putArray("keys");
    keys.forEach(by::add);
    tree.put(keys.isEmpty() ? "onlyInA" : "keysOnlyInA", keysOnlyInA);
    tree.put(keys.isEmpty() ? "onlyInB" : "keysOnlyInB", keysOnlyInB);
    tree.put(keys.isEmpty() ? "inDifferentNumber" : "differingKeys", differingKeys);
    ArrayNode differences = tree.putArray("differences");
    for (Shown difference : shown) {
      ObjectNode node = differences.addObject();
      node.put("digest", difference.digest());
      JsonDocuments.put(node, keys.isEmpty() ? "item" : "key", difference.item());
      node.put("inA", difference.inA());
      node.put("inB", difference.inB());
      ArrayNode places = node.putArray("places");
      for (Place place : difference.places()) {
        ObjectNode at = places.addObject();
        at.put("path", place.path());
        at.put("what", place.what());
        JsonDocuments.put(at, "a", place.a());
        JsonDocuments.put(at, "b", place.b());
      }
    }
    changes.ifPresent(written -> written.putInto(tree.putObject("changes")));
    settings.ifPresent(compared -> compared.putInto(tree.putObject("settings")));
    ArrayNode told = tree.putArray("notes");
    notes.forEach(told::add);
    return JsonDocuments.print(tree);
  }

  private static void side(ObjectNode node, String kind, long items) {
    node.put("kind", kind);
    node.put("items", items);
  }
}
