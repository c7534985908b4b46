package io.dynamodblake.schema.entity;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.schema.DataRefusedException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A part of an {@code entities.json} that is being read.
 *
 * @param place how messages call it, such as {@code match 1 of entity 'order'}
 */
record RulesPart(JsonNode node, String place) {

  /** The elements of a list among the members; none if there is no such member. */
  List<RulesPart> list(String member, String kind, int most) {
    JsonNode nodes = node.path(member);
    List<RulesPart> parts = new ArrayList<>();
    if (nodes.isMissingNode()) {
      return parts;
    }
    if (!nodes.isArray()) {
      throw refused("\"%s\" is not a list; write \"%s\": [ ... ]".formatted(member, member));
    }
    if (nodes.size() > most) {
      throw refused(
          "\"%s\" has %s elements, more than %s; leave some out"
              .formatted(member, nodes.size(), most));
    }
    for (JsonNode each : nodes) {
      parts.add(new RulesPart(each, kind + " " + (parts.size() + 1) + of()));
    }
    return parts;
  }

  private String of() {
    return place.equals(EntityRulesReader.ROOT) ? "" : " of " + place;
  }

  /** A list of texts among the members; none if there is no such member. */
  List<String> texts(String member, int most) {
    List<String> texts = new ArrayList<>();
    for (RulesPart each : list(member, member, most)) {
      if (!each.node.isTextual() || each.node.textValue().isEmpty()) {
        throw refused(
            "\"%s\" holds something that is no text, or an empty one; write \"%s\": [\"...\"]"
                .formatted(member, member));
      }
      texts.add(each.text());
    }
    return texts;
  }

  /** This node, which is a text. */
  private String text() {
    String text = node.textValue();
    if (text.length() > EntityRulesReader.MOST_TEXT) {
      throw refused("longer than %s characters; shorten it".formatted(EntityRulesReader.MOST_TEXT));
    }
    return text;
  }

  boolean has(String member) {
    return node.has(member);
  }

  String text(String member) {
    JsonNode value = node.path(member);
    if (!value.isTextual() || value.textValue().isEmpty()) {
      throw refused(
          "\"%s\" is %s; write \"%s\": \"...\""
              .formatted(
                  member,
                  value.isMissingNode() ? "missing" : "not a text, or an empty one",
                  member));
    }
    return new RulesPart(value, "\"" + member + "\" of " + place).text();
  }

  void checkObject(String example) {
    if (!node.isObject()) {
      throw refused("not an object; write " + example);
    }
  }

  /** Refuses members that nobody would read. */
  void checkMembers(List<String> known) {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        throw refused(
            "unknown member \"%s\"; known are %s".formatted(name, String.join(", ", known)));
      }
    }
  }

  DataRefusedException refused(String reason) {
    return new DataRefusedException(message(reason));
  }

  DataRefusedException refused(String reason, Throwable cause) {
    return new DataRefusedException(message(reason), cause);
  }

  private String message(String reason) {
    return "Cannot read entities: " + place + ": " + reason;
  }
}
