package io.dynamodblake.parquet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * Finds for each column of the wanted schema where it comes from in a file. The file may lack
 * columns and fields of structs, have them in another order and have narrower numbers; it may have
 * columns that nobody wants, but no fields of structs that nobody wants, because no table loses
 * them.
 */
final class SchemaMatch {
  private final MessageType schema;
  private final String file;
  private final List<ColumnMatch> matches = new ArrayList<>();

  private SchemaMatch(MessageType schema, String file) {
    this.schema = schema;
    this.file = file;
  }

  /**
   * Returns the matches in the order of the wanted columns.
   *
   * @param file the file, for messages
   * @throws IncompatibleFileException if a column of the file is of a type that does not become the
   *     wanted one
   */
  static List<ColumnMatch> of(MessageType wanted, MessageType schema, String file)
      throws IncompatibleFileException {
    SchemaMatch match = new SchemaMatch(schema, file);
    match.fields(wanted, schema, new Step(List.of(), 0, new int[] {0}, 0));
    return match.matches;
  }

  /**
   * Where the walk through both schemas stands.
   *
   * @param path in the file
   * @param repetition level, the same in both
   * @param definitions the wanted definition level by that of the file; the last says that the
   *     place is there
   * @param definition the wanted definition level at which the place is there
   */
  private record Step(List<String> path, int repetition, int[] definitions, int definition) {
    Step in(Type type, Type wanted) {
      List<String> longer = new ArrayList<>(path);
      longer.add(type.getName());
      int present = definition + (wanted.isRepetition(Type.Repetition.REQUIRED) ? 0 : 1);
      boolean counts = !type.isRepetition(Type.Repetition.REQUIRED);
      int[] levels =
          counts ? Arrays.copyOf(definitions, definitions.length + 1) : definitions.clone();
      levels[levels.length - 1] = present;
      boolean repeats = type.isRepetition(Type.Repetition.REPEATED);
      return new Step(longer, repetition + (repeats ? 1 : 0), levels, present);
    }
  }

  private void fields(GroupType wanted, GroupType group, Step place)
      throws IncompatibleFileException {
    for (Type field : wanted.getFields()) {
      if (group.containsField(field.getName())) {
        type(field, group.getType(field.getName()), place);
      } else {
        missing(field, place);
      }
    }
  }

  private void type(Type wanted, Type type, Step outer) throws IncompatibleFileException {
    Step place = outer.in(type, wanted);
    boolean repeated = type.isRepetition(Type.Repetition.REPEATED);
    if (repeated != wanted.isRepetition(Type.Repetition.REPEATED)
        || wanted.isRepetition(Type.Repetition.REQUIRED)
            && !type.isRepetition(Type.Repetition.REQUIRED)
        || type.isPrimitive() != wanted.isPrimitive()) {
      throw incompatible(place, type, wanted);
    }
    if (type.isPrimitive()) {
      column(wanted.asPrimitiveType(), type.asPrimitiveType(), place);
      return;
    }
    GroupType group = type.asGroupType();
    GroupType wantedGroup = wanted.asGroupType();
    LogicalTypeAnnotation annotation = group.getLogicalTypeAnnotation();
    boolean list = annotation instanceof ListLogicalTypeAnnotation;
    boolean map = annotation instanceof MapLogicalTypeAnnotation;
    LogicalTypeAnnotation wantedAnnotation = wantedGroup.getLogicalTypeAnnotation();
    if (list != wantedAnnotation instanceof ListLogicalTypeAnnotation
        || map != wantedAnnotation instanceof MapLogicalTypeAnnotation) {
      throw incompatible(place, type, wanted);
    }
    if (list || map) {
      entries(wantedGroup, group, map ? 2 : 1, place);
      return;
    }
    for (Type field : group.getFields()) {
      if (!wantedGroup.containsField(field.getName())) {
        throw incompatible(place, type, wanted);
      }
    }
    fields(wantedGroup, group, place);
  }

  /** What a list or map has inside goes by its place: the names differ from writer to writer. */
  private void entries(GroupType wanted, GroupType group, int parts, Step outer)
      throws IncompatibleFileException {
    if (group.getFieldCount() != 1 || !hasParts(group.getType(0), parts)) {
      throw incompatible(outer, group, wanted);
    }
    GroupType wantedEntry = wanted.getType(0).asGroupType();
    GroupType entry = group.getType(0).asGroupType();
    Step place = outer.in(entry, wantedEntry);
    for (int i = 0; i < parts; i++) {
      type(wantedEntry.getType(i), entry.getType(i), place);
    }
  }

  private static boolean hasParts(Type repeated, int parts) {
    return repeated.isRepetition(Type.Repetition.REPEATED)
        && !repeated.isPrimitive()
        && repeated.asGroupType().getFieldCount() == parts;
  }

  private void column(PrimitiveType wanted, PrimitiveType type, Step place)
      throws IncompatibleFileException {
    Optional<Widening> widening = Widening.of(type, wanted);
    if (widening.isEmpty()) {
      throw incompatible(place, type, wanted);
    }
    matches.add(
        new ColumnMatch(
            schema.getColumnDescription(place.path().toArray(String[]::new)),
            false,
            place.repetition(),
            place.definitions(),
            widening.get()));
  }

  /** All columns of a type that the file lacks are null wherever the group around it stands. */
  private void missing(Type wanted, Step place) throws IncompatibleFileException {
    if (wanted.isRepetition(Type.Repetition.REQUIRED)) {
      throw new IncompatibleFileException(
          "Cannot copy the rows of %s column by column: it lacks '%s', which may not be null"
              .formatted(file, text(place.path(), wanted.getName())));
    }
    ColumnDescriptor neighbor = place.path().isEmpty() ? null : neighbor(place.path());
    ColumnMatch match =
        new ColumnMatch(neighbor, true, place.repetition(), place.definitions(), Widening.NONE);
    for (int i = leaves(wanted); i > 0; i--) {
      matches.add(match);
    }
  }

  private static int leaves(Type type) {
    return type.isPrimitive()
        ? 1
        : type.asGroupType().getFields().stream().mapToInt(SchemaMatch::leaves).sum();
  }

  /** The column below a group that costs the least to read the levels of. */
  private ColumnDescriptor neighbor(List<String> group) {
    return schema.getColumns().stream()
        .filter(
            column ->
                column.getPath().length > group.size()
                    && List.of(column.getPath()).subList(0, group.size()).equals(group))
        .min(Comparator.comparing(ColumnDescriptor::getMaxRepetitionLevel))
        .orElseThrow();
  }

  private IncompatibleFileException incompatible(Step place, Type type, Type wanted) {
    return new IncompatibleFileException(
        "Cannot copy the rows of %s column by column: '%s' is %s and does not become %s"
            .formatted(file, String.join(".", place.path()), describe(type), describe(wanted)));
  }

  private static String text(List<String> path, String name) {
    return path.isEmpty() ? name : String.join(".", path) + "." + name;
  }

  private static String describe(Type type) {
    StringBuilder text = new StringBuilder(type.getRepetition().name().toLowerCase(Locale.ROOT));
    text.append(' ');
    text.append(type.isPrimitive() ? type.asPrimitiveType().getPrimitiveTypeName() : "group");
    if (type.getLogicalTypeAnnotation() != null) {
      text.append(' ').append(type.getLogicalTypeAnnotation());
    }
    return text.toString();
  }
}
