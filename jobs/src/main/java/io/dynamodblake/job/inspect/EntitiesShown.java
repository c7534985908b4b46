package io.dynamodblake.job.inspect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.job.text.Terminal;
import io.dynamodblake.job.text.TextTable;
import io.dynamodblake.schema.entity.Entity;
import io.dynamodblake.schema.entity.EntityMatch;
import io.dynamodblake.schema.entity.EntityProposal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** An {@link EntityProposal} in words, as rows of a table, and as part of a JSON document. */
final class EntitiesShown {
  static final String LEGEND =
      "ALIKE: share of the attributes of two items that both have, on average. TOLD BY: any line suffices.";

  /** Items that are this much alike are of one kind, of which nothing need be said. */
  private static final double ONE_KIND = 0.9;

  private static final int MOST_ATTRIBUTES = 6;
  private static final int MOST_WAYS = 3;
  private static final double FOUR_DIGITS = 10_000;

  private EntitiesShown() {}

  static List<String> lines(EntityProposal entities, Terminal terminal, boolean all) {
    List<String> sentences = sentences(entities);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < sentences.size(); i++) {
      String printable = TextTable.printable(sentences.get(i));
      lines.add(i == 0 ? terminal.bold("Kinds of items") + "  " + printable : printable);
    }
    if (entities.hasEntities()) {
      lines.addAll(table(entities, all).lines(terminal.width(), terminal::bold));
      lines.add(terminal.dim(LEGEND));
    }
    return lines;
  }

  /** What is said of the kinds before they are listed; nothing where there is nothing to say. */
  static List<String> sentences(EntityProposal entities) {
    List<String> sentences = new ArrayList<>();
    if (entities.hasEntities()) {
      long kinds = entities.rules().entities().size();
      sentences.add(
          "%s, told by %s; %s alike within them, %s over all"
              .formatted(
                  kinds,
                  entities.marker().map(marker -> marker + ", else by keys").orElse("keys"),
                  twoDigits(entities.similarityWithin()),
                  twoDigits(entities.similarity())));
    } else if (entities.items() > 0 && entities.similarity() < ONE_KIND) {
      sentences.add(
          "none found: items are only %s alike, but neither an attribute nor keys say why"
              .formatted(twoDigits(entities.similarity())));
    }
    entities.notes().forEach(note -> sentences.add("note: " + note));
    if (entities.softDeleted() > 0) {
      sentences.add(
          "note: %s marked as deleted by _deleted, and kept"
              .formatted(areItems(entities.softDeleted())));
    }
    if (entities.expired() > 0) {
      sentences.add(
          "note: %s past the time to live in %s, and kept"
              .formatted(
                  areItems(entities.expired()), String.join(", ", entities.ttlAttributes())));
    }
    return sentences;
  }

  private static String areItems(long items) {
    return Quantities.count(items, "item") + (items == 1 ? " is" : " are");
  }

  private static String twoDigits(double similarity) {
    return String.format(Locale.ROOT, "%.2f", similarity);
  }

  static String alike(EntityProposal.Kind kind) {
    return kind.items() < 2 ? "" : twoDigits(kind.similarity());
  }

  private static TextTable table(EntityProposal entities, boolean all) {
    TextTable table =
        new TextTable(
            List.of("KIND", "ITEMS", "", "ALIKE", "TOLD BY", "ATTRIBUTES"),
            List.of(
                TextTable.Column.FLEXIBLE,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT,
                TextTable.Column.FLEXIBLE,
                TextTable.Column.FLEXIBLE));
    for (EntityProposal.Kind kind : entities.entities()) {
      List<String> ways = toldBy(entities, kind);
      int shown = all ? ways.size() : Math.min(MOST_WAYS, ways.size());
      for (int i = 0; i < Math.max(1, shown); i++) {
        boolean first = i == 0;
        table.add(
            first ? kind.name() : "",
            first ? Quantities.count(kind.items()) : "",
            first ? Quantities.share(kind.items(), entities.items()) : "",
            first ? alike(kind) : "",
            ways.isEmpty() ? "" : ways.get(i) + (i == shown - 1 && shown < ways.size() ? " …" : ""),
            first ? attributes(entities, kind, all) : "");
      }
    }
    return table;
  }

  /** The ways to tell a kind, in words; for the remainder what remains. */
  static List<String> toldBy(EntityProposal entities, EntityProposal.Kind kind) {
    return entities
        .rule(kind)
        .map(Entity::match)
        .map(ways -> ways.stream().map(EntitiesShown::words).toList())
        .orElse(kind.items() == 0 ? List.of() : List.of("nothing of the above"));
  }

  private static String words(EntityMatch way) {
    List<String> words = new ArrayList<>();
    way.marker()
        .ifPresent(
            marker -> words.add(marker.attribute() + " = " + String.join(" or ", marker.values())));
    way.keys().forEach((key, pattern) -> words.add(key + " = " + pattern.text()));
    return String.join(", ", words);
  }

  /** The attributes that not all kinds have come first: they are what makes it one. */
  private static String attributes(EntityProposal entities, EntityProposal.Kind kind, boolean all) {
    List<EntityProposal.Kind> others =
        entities.entities().stream().filter(each -> each.items() > 0).toList();
    Map<Boolean, List<String>> common =
        kind.attributes().keySet().stream()
            .collect(
                Collectors.partitioningBy(
                    name -> others.stream().allMatch(each -> each.attributes().containsKey(name))));
    List<String> names = new ArrayList<>(common.get(false));
    names.addAll(common.get(true));
    int shown = all ? names.size() : Math.min(MOST_ATTRIBUTES, names.size());
    return String.join(", ", names.subList(0, shown))
        + (shown < names.size() ? " and " + (names.size() - shown) + " more" : "");
  }

  // ---- JSON

  static void put(ObjectNode node, EntityProposal entities) {
    node.put("similarity", rounded(entities.similarity()));
    node.put("similarityWithin", rounded(entities.similarityWithin()));
    JsonDocuments.put(node, "marker", entities.marker());
    ArrayNode keys = node.putArray("keys");
    entities.rules().keys().forEach(keys::add);
    ArrayNode kinds = node.putArray("kinds");
    entities.entities().forEach(kind -> put(kinds.addObject(), entities, kind));
    node.put("softDeleted", entities.softDeleted());
    node.put("expired", entities.expired());
    ArrayNode ttl = node.putArray("ttlAttributes");
    entities.ttlAttributes().forEach(ttl::add);
    ArrayNode notes = node.putArray("notes");
    entities.notes().forEach(notes::add);
  }

  private static void put(ObjectNode node, EntityProposal entities, EntityProposal.Kind kind) {
    node.put("name", kind.name());
    node.put("items", kind.items());
    node.put("similarity", rounded(kind.similarity()));
    entities.rule(kind).ifPresent(entity -> node.set("match", matches(entities, entity)));
    ObjectNode attributes = node.putObject("attributes");
    kind.attributes().forEach(attributes::put);
    node.put("softDeleted", kind.softDeleted());
    node.put("expired", kind.expired());
  }

  /** As {@code entities.json} has it. */
  private static JsonNode matches(EntityProposal entities, Entity entity) {
    try {
      JsonNode rules = JsonDocuments.parse(entities.rules().toJson());
      return rules.path("entities").get(entities.rules().entities().indexOf(entity)).path("match");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot read what was written here", e);
    }
  }

  private static double rounded(double similarity) {
    return Math.round(similarity * FOUR_DIGITS) / FOUR_DIGITS;
  }
}
