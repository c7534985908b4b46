package io.dynamodblake.schema.entity;

import java.util.List;

/**
 * Attributes by which libraries, and people, say of what kind an item is, likeliest first: those of
 * ElectroDB, Amplify and AppSync, dynamodb-toolbox, OneTable, PynamoDB, and then the usual words.
 */
final class KnownMarkers {
  static final List<String> NAMES =
      List.of(
          "__edb_e__",
          "__typename",
          "_et",
          "_type",
          "entityType",
          "EntityType",
          "entity_type",
          "entity",
          "Entity",
          "_entity",
          "__entity",
          "cls",
          "itemType",
          "ItemType",
          "item_type",
          "objectType",
          "recordType",
          "type",
          "Type",
          "_t",
          "model",
          "kind");

  private KnownMarkers() {}

  /** The place of a name among the known ones; behind all of them for any other. */
  static int rank(String attribute) {
    int place = NAMES.indexOf(attribute);
    return place < 0 ? NAMES.size() : place;
  }

  static boolean isKnown(String attribute) {
    return NAMES.contains(attribute);
  }

  /**
   * Whether an attribute is one that a replica or a library adds to every item, and that says
   * nothing of its kind.
   */
  static boolean isNone(String attribute) {
    return attribute.startsWith("aws:");
  }
}
