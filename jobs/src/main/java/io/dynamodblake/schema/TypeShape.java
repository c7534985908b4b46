package io.dynamodblake.schema;

import io.dynamodblake.type.Descriptor;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * The types at one place without their counts: a lattice. {@link #join} is associative, commutative
 * and idempotent, {@link #NONE} changes nothing, and the shape of merged profiles is the join of
 * their shapes; that is why the schema of an export does not depend on how it was cut into tasks.
 *
 * @param descriptors those seen, NULL included
 * @param numbers bounds of the N values
 * @param element of the L values; empty where there is no L
 * @param member of the sets; empty where there is no set
 * @param fields of the M values; empty where there is no M
 */
public record TypeShape(
    Set<Descriptor> descriptors,
    NumberBounds numbers,
    Optional<TypeShape> element,
    Optional<TypeShape> member,
    Optional<Fields> fields) {

  /** Nothing seen. */
  public static final TypeShape NONE =
      new TypeShape(
          EnumSet.noneOf(Descriptor.class),
          NumberBounds.NONE,
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  public TypeShape {
    EnumSet<Descriptor> copy = EnumSet.noneOf(Descriptor.class);
    copy.addAll(descriptors);
    descriptors = Collections.unmodifiableSet(copy);
    Objects.requireNonNull(numbers, "numbers is null");
    Objects.requireNonNull(element, "element is null");
    Objects.requireNonNull(member, "member is null");
    Objects.requireNonNull(fields, "fields is null");
  }

  /**
   * The keys of maps.
   *
   * @param maxFields with more keys than this they are open-ended
   * @param known shapes by key; empty when open-ended
   * @param open the shape of all values when open-ended
   */
  public record Fields(
      int maxFields, SortedMap<String, TypeShape> known, Optional<TypeShape> open) {
    public Fields {
      TreeMap<String, TypeShape> copy = new TreeMap<>(ColumnNames.CODE_POINT_ORDER);
      copy.putAll(known);
      known = Collections.unmodifiableSortedMap(copy);
      Objects.requireNonNull(open, "open is null");
    }

    Fields join(Fields other) {
      int limit = Math.min(maxFields, other.maxFields);
      TreeMap<String, TypeShape> joined = new TreeMap<>(known);
      other.known.forEach((key, shape) -> joined.merge(key, shape, TypeShape::join));
      if (open.isEmpty() && other.open.isEmpty() && joined.size() <= limit) {
        return new Fields(limit, joined, Optional.empty());
      }
      TypeShape all = open.orElse(NONE).join(other.open.orElse(NONE));
      for (TypeShape shape : joined.values()) {
        all = all.join(shape);
      }
      return new Fields(limit, new TreeMap<>(), Optional.of(all));
    }
  }

  /** Returns the shape of all values that were seen at a place. */
  public static TypeShape of(ValueProfile profile) {
    EnumSet<Descriptor> seen = EnumSet.noneOf(Descriptor.class);
    for (Descriptor descriptor : Descriptor.values()) {
      if (profile.count(descriptor) > 0) {
        seen.add(descriptor);
      }
    }
    return new TypeShape(
        seen,
        profile.number().map(NumberProfile::bounds).orElse(NumberBounds.NONE),
        profile.element().map(TypeShape::of),
        profile.member().map(TypeShape::of),
        profile.fields().map(TypeShape::of));
  }

  private static Fields of(MapProfile profile) {
    TreeMap<String, TypeShape> known = new TreeMap<>(ColumnNames.CODE_POINT_ORDER);
    profile.byName().forEach((name, value) -> known.put(name, of(value)));
    return new Fields(profile.maxFields(), known, profile.open().map(TypeShape::of));
  }

  /** Returns what holds the values of both. */
  public TypeShape join(TypeShape other) {
    EnumSet<Descriptor> seen = EnumSet.noneOf(Descriptor.class);
    seen.addAll(descriptors);
    seen.addAll(other.descriptors);
    return new TypeShape(
        seen,
        numbers.join(other.numbers),
        join(element, other.element),
        join(member, other.member),
        fields.isEmpty()
            ? other.fields
            : other.fields.isEmpty() ? fields : Optional.of(fields.get().join(other.fields.get())));
  }

  private static Optional<TypeShape> join(Optional<TypeShape> left, Optional<TypeShape> right) {
    if (left.isEmpty()) {
      return right;
    }
    return right.isEmpty() ? left : Optional.of(left.get().join(right.get()));
  }

  /**
   * Returns the shape in short, for people: {@code S}, {@code N|NULL}, {@code L<M{3}|S>}, {@code
   * M{*}} for open-ended keys.
   */
  public String summary() {
    StringJoiner text = new StringJoiner("|");
    for (Descriptor descriptor : descriptors) {
      switch (descriptor) {
        case L -> text.add("L<" + element.map(TypeShape::summary).orElse("") + ">");
        case M ->
            text.add(
                "M{"
                    + fields
                        .map(keys -> keys.open().isPresent() ? "*" : "" + keys.known().size())
                        .orElse("0")
                    + "}");
        case S, N, B, BOOL, NULL, SS, NS, BS -> text.add(descriptor.name());
      }
    }
    return text.toString();
  }
}
