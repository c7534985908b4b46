package io.dynamodblake.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.dynamodblake.type.Descriptor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads from {@code schema.json} what becomes of the values of a column, a field or an element. */
final class MappingReader {
  private static final List<String> MEMBERS =
      List.of("descriptor", "type", "from", "format", "offset", "element", "fields", "value");

  private MappingReader() {}

  /** The members of something that has a mapping and these besides. */
  static List<String> membersWith(String... others) {
    List<String> members = new ArrayList<>(List.of(others));
    members.addAll(MEMBERS);
    return members;
  }

  /**
   * Reads the mapping that stands among the members of a part.
   *
   * @throws DataRefusedException if there is none, or its type is not for its descriptor
   */
  static ValueMapping read(SchemaPart part) {
    Descriptor descriptor = part.descriptor();
    String type = part.text("type");
    switch (type) {
      case MappingTypes.ARRAY -> {
        part.checkOnly("element");
        return array(part, descriptor);
      }
      case MappingTypes.STRUCT -> {
        part.checkOnly("fields");
        requireMap(part, descriptor, type);
        return struct(part);
      }
      case MappingTypes.JSON -> {
        part.checkOnly("fields");
        return json(part, descriptor);
      }
      case MappingTypes.MAP -> {
        part.checkOnly("value");
        requireMap(part, descriptor, type);
        return new ValueMapping.OpenMap(inner(part, "value"));
      }
      case MappingTypes.DYNAMO_JSON -> {
        part.checkOnly();
        return new ValueMapping.DynamoJson(descriptor);
      }
      default -> {
        part.checkOnly("from", "format", "offset");
        return scalar(part, descriptor, type);
      }
    }
  }

  private static void requireMap(SchemaPart part, Descriptor descriptor, String type) {
    if (descriptor != Descriptor.M) {
      throw part.refused(
          "%s takes values of descriptor M, not %s; use %s"
              .formatted(type, descriptor, MappingTypes.words(descriptor)));
    }
  }

  private static ValueMapping array(SchemaPart part, Descriptor descriptor) {
    if (descriptor != Descriptor.L && !descriptor.isSet()) {
      throw part.refused(
          "array takes values of descriptor L, SS, NS or BS, not %s; use %s"
              .formatted(descriptor, MappingTypes.words(descriptor)));
    }
    ValueMapping element = inner(part, "element");
    boolean fits =
        descriptor == Descriptor.L
            || element instanceof ValueMapping.Scalar
                && element.descriptor() == descriptor.member();
    if (!fits) {
      throw part.refused(
          "members of %s are %s; give the element that descriptor and a scalar type"
              .formatted(descriptor, descriptor.member()));
    }
    return new ValueMapping.Sequence(descriptor, element);
  }

  private static ValueMapping inner(SchemaPart part, String member) {
    SchemaPart inner = new SchemaPart(part.path(member), member + " of " + part.place());
    if (!inner.node().isObject()) {
      throw part.refused(
          "\"%s\" is not an object; write {\"descriptor\": \"S\", \"type\": \"string\"} or the like"
              .formatted(member));
    }
    inner.checkMembers(MEMBERS);
    return read(inner);
  }

  private static ValueMapping json(SchemaPart part, Descriptor descriptor) {
    if (descriptor != Descriptor.S) {
      throw part.refused(
          "json takes values of descriptor S, not %s; use %s"
              .formatted(descriptor, MappingTypes.words(descriptor)));
    }
    ValueMapping.Struct object = struct(part);
    for (ValueMapping.Field field : object.fields()) {
      requireJson(part, field.mapping());
    }
    return new ValueMapping.Struct(Descriptor.S, object.fields());
  }

  /** What JSON has, and what comes back from its column digit by digit. */
  private static void requireJson(SchemaPart part, ValueMapping mapping) {
    boolean sound =
        switch (mapping.descriptor()) {
          case S, N, BOOL, NULL, L, M -> true;
          case B, SS, NS, BS -> false;
        };
    if (!sound) {
      throw part.refused(
          "JSON text has no values of descriptor %s; its texts are S, numbers N, arrays L and objects M"
              .formatted(mapping.descriptor()));
    }
    if (mapping instanceof ValueMapping.Scalar scalar
        && scalar.type().kind() == LakeType.Kind.DOUBLE) {
      throw part.refused(
          "a double in JSON text would not give its digits back; use decimal(p,s) or string");
    }
    if (mapping instanceof ValueMapping.Sequence sequence) {
      requireJson(part, sequence.element());
    } else if (mapping instanceof ValueMapping.OpenMap map) {
      requireJson(part, map.value());
    } else if (mapping instanceof ValueMapping.Struct struct) {
      struct.fields().forEach(field -> requireJson(part, field.mapping()));
    }
  }

  private static ValueMapping.Struct struct(SchemaPart part) {
    JsonNode nodes = part.path("fields");
    if (!nodes.isArray() || nodes.isEmpty()) {
      throw part.refused(
          "a struct needs \"fields\", at least one; for a map of unknown keys use \"type\": \"map\"");
    }
    List<ValueMapping.Field> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<String> attributes = new HashSet<>();
    for (JsonNode node : nodes) {
      SchemaPart place = SchemaPart.listed(node, "field", fields.size(), " of " + part.place());
      place.checkMembers(membersWith("name", "attribute"));
      ValueMapping.Field field =
          new ValueMapping.Field(place.name(), place.text("attribute"), read(place));
      if (!names.add(field.name())) {
        throw place.refused("the name occurs twice in its struct; rename one of them");
      }
      if (!attributes.add(field.attribute())) {
        throw place.refused("another field has the same attribute; remove one of them");
      }
      fields.add(field);
    }
    return new ValueMapping.Struct(fields);
  }

  private static ValueMapping scalar(SchemaPart part, Descriptor descriptor, String typeText) {
    LakeType type;
    try {
      type = LakeType.parse(typeText);
    } catch (IllegalArgumentException e) {
      String others =
          typeText.startsWith("decimal")
              ? ""
              : ", array, struct, map, json or " + MappingTypes.DYNAMO_JSON;
      throw part.refused(e.getMessage() + others, e);
    }
    if (!MappingTypes.scalars(descriptor).contains(type.kind())) {
      throw part.refused(
          "values of descriptor %s cannot become %s; use %s"
              .formatted(descriptor, type.sql(), MappingTypes.words(descriptor)));
    }
    return part.has("format") || part.has("offset")
        ? formatted(part, descriptor, type)
        : new ValueMapping.Scalar(descriptor, type, conversion(part, descriptor, type));
  }

  private static ValueMapping.Scalar formatted(
      SchemaPart part, Descriptor descriptor, LakeType type) {
    boolean dates = type.kind() == LakeType.Kind.DATE;
    if (descriptor != Descriptor.S || !dates && type.kind() != LakeType.Kind.TIMESTAMP) {
      throw part.refused(
          "\"format\" and \"offset\" are for timestamp and date from S, not %s from %s; remove them or change the type"
              .formatted(type.sql(), descriptor));
    }
    if (part.has("from")) {
      throw part.refused("\"from\" and \"format\" both say how texts are read; remove one of them");
    }
    if (dates && part.has("offset")) {
      throw part.refused("\"offset\" is for timestamp, not date; remove it or change the type");
    }
    String pattern = part.text("format");
    TimeFormat format =
        part.has("offset") ? new TimeFormat(pattern, part.text("offset")) : TimeFormat.of(pattern);
    String defect = format.defect(dates);
    if (!defect.isEmpty()) {
      throw part.refused(defect);
    }
    return ValueMapping.Scalar.of(type, new TimeFormat(pattern, format.zone().getId()));
  }

  private static Conversion conversion(SchemaPart part, Descriptor descriptor, LakeType type) {
    List<Conversion> allowed = MappingTypes.conversions(descriptor, type);
    String words = String.join(" or ", allowed.stream().map(Conversion::key).toList());
    if (!part.has("from")) {
      if (allowed.isEmpty()) {
        return Conversion.NONE;
      }
      if (descriptor == Descriptor.S) {
        return Conversion.ISO_8601;
      }
      throw part.refused("%s from %s needs \"from\": %s".formatted(type.sql(), descriptor, words));
    }
    String word = part.text("from");
    if (allowed.isEmpty()) {
      throw part.refused(
          "\"from\" is for timestamp and date, not %s; remove it or change the type"
              .formatted(type.sql()));
    }
    return allowed.stream()
        .filter(conversion -> conversion.key().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                part.refused(
                    "\"from\" is \"%s\"; %s from %s takes %s"
                        .formatted(word, type.sql(), descriptor, words)));
  }
}
