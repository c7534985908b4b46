package io.dynamodblake.lake.write;

import io.dynamodblake.conf.FlattenKeys;
import io.dynamodblake.conf.UsageException;
import io.dynamodblake.ddl.TableDefinition;
import io.dynamodblake.io.hadoop.LakeFiles;
import io.dynamodblake.lake.LakeLayout;
import io.dynamodblake.lake.LakePointer;
import io.dynamodblake.schema.DataRefusedException;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.entity.Entity;
import io.dynamodblake.schema.entity.EntityFile;
import io.dynamodblake.schema.entity.EntityMatch;
import io.dynamodblake.schema.entity.EntityProposal;
import io.dynamodblake.schema.entity.EntityRules;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Into which tables a run takes items apart, by the options and by what the lake is already.
 *
 * @param rules empty for one table
 * @param notes what the user may want to know
 */
record EntityChoice(Optional<EntityRules> rules, List<String> notes) {
  private static final EntityChoice NONE = new EntityChoice(Optional.empty(), List.of());

  /** Finds rules in the items themselves. */
  @FunctionalInterface
  interface Detection {
    EntityProposal propose() throws IOException;
  }

  /**
   * Chooses.
   *
   * @param detection is asked where the options want it and the lake has no rules yet
   * @throws UsageException if the options contradict each other or the lake
   * @throws DataRefusedException if the file is none of rules
   */
  static EntityChoice of(
      LakeFiles files, FlattenOptions options, LakeTarget target, Detection detection)
      throws IOException {
    Optional<LakePointer> lake = target.lake();
    if (options.entities().isEmpty() && lake.filter(now -> !now.isOne()).isEmpty()) {
      return NONE;
    }
    requireSimple(options);
    if (lake.filter(LakePointer::isOne).isPresent()) {
      throw new UsageException(
          "Cannot write lake table with %s: it is one table for all items, at %s; choose another folder, or leave %s out"
              .formatted(
                  options.words().of(FlattenKeys.ENTITIES),
                  target.layout().root(),
                  options.words().of(FlattenKeys.ENTITIES)));
    }
    Optional<EntityRules> known = lake.map(now -> EntityRules.fromJson(now.rules().orElseThrow()));
    EntityChoice choice = chosen(files, options, target.layout(), known, detection);
    EntityRules rules = choice.rules().orElseThrow();
    if (known.isPresent() && !known.get().equals(rules) && !options.replace()) {
      throw new UsageException(
          "Cannot write lake table: its items are taken apart by other rules, at %s; put back %s as they were, or give %s to take them apart anew"
              .formatted(
                  target.layout().entities(),
                  options
                      .entities()
                      .map(file -> options.words().of(FlattenKeys.ENTITIES))
                      .orElse("them"),
                  options.words().of(FlattenKeys.REPLACE)));
    }
    requireNames(options, rules);
    return choice;
  }

  private static EntityChoice chosen(
      LakeFiles files,
      FlattenOptions options,
      LakeLayout layout,
      Optional<EntityRules> known,
      Detection detection)
      throws IOException {
    Optional<String> wanted = options.entities();
    if (wanted.equals(Optional.of(FlattenOptions.DETECTED)) && known.isEmpty()) {
      EntityProposal found = detection.propose();
      return new EntityChoice(Optional.of(found.rules()), found.notes());
    }
    if (wanted.isEmpty() || wanted.get().equals(FlattenOptions.DETECTED)) {
      // whoever edits the copy in the lake means it
      Optional<String> copy = files.read(layout.entities());
      return copy.isPresent()
          ? read(copy.get(), layout.entities(), options)
          : new EntityChoice(known, List.of());
    }
    String path = wanted.get();
    String text =
        files
            .read(path)
            .orElseThrow(
                () -> new UsageException("Cannot read entities: there is no file " + path));
    return read(text, path, options);
  }

  private static EntityChoice read(String text, String place, FlattenOptions options) {
    try {
      EntityFile file = EntityFile.read(text, options.table());
      return new EntityChoice(Optional.of(file.rules()), file.notes());
    } catch (DataRefusedException e) {
      throw new DataRefusedException(e.getMessage() + ", in " + place, e);
    }
  }

  private static void requireSimple(FlattenOptions options) {
    String entities = options.words().of(FlattenKeys.ENTITIES);
    if (options.schemaFile().isPresent()) {
      throw new UsageException(
          "Cannot use %1$s where items are taken apart into several tables: each has a schema.json of its own in its folder, which may be edited and is taken with %2$s; leave %1$s out, or %3$s"
              .formatted(
                  options.words().of(FlattenKeys.SCHEMA),
                  options.words().of(FlattenKeys.REPLACE),
                  entities));
    }
    if (options.history()) {
      throw new UsageException(
          "Cannot keep a history of items that are taken apart into several tables; leave %s out, or flatten the whole table into another folder"
              .formatted(options.words().of(FlattenKeys.HISTORY)));
    }
  }

  private static void requireNames(FlattenOptions options, EntityRules rules) {
    for (String name : rules.tables()) {
      String table = LakePointer.tableOf(options.table(), name);
      if (!TableDefinition.isLegalName(table)) {
        throw new UsageException(
            "Cannot name a table '%s': Athena takes at most 255 characters; give a shorter %s, or the entity a shorter name"
                .formatted(table, options.words().of(FlattenKeys.TABLE)));
      }
    }
    List<String> keys = options.keys().stream().map(KeyAttribute::attribute).toList();
    if (!keys.isEmpty() && !keys.containsAll(rules.keys())) {
      throw new UsageException(
          "Cannot take items apart by their keys %s: the table's are %s by %s; change the \"keys\" of the entities"
              .formatted(
                  String.join(", ", rules.keys()),
                  String.join(", ", keys),
                  options.words().of(FlattenKeys.KEY)));
    }
  }

  /** What a lake is taken apart by already. */
  static EntityChoice of(LakePointer lake) {
    return new EntityChoice(lake.rules().map(EntityRules::fromJson), List.of());
  }

  /**
   * Rules of one table alone, by its number: every item that is its own is of number 0. Nobody else
   * may be asked for.
   */
  Optional<EntityRules> only(int number) {
    return rules.map(
        all ->
            new EntityRules(
                all.keys(), entity(number).map(List::of).orElse(List.of()), all.remainder()));
  }

  /** The names of the tables, as their folders are called. */
  List<String> tables() {
    return rules.map(EntityRules::tables).orElse(List.of(""));
  }

  /** The document that the lake keeps. */
  Optional<String> text() {
    return rules.map(EntityRules::toJson);
  }

  /** What is told of a table by its number; empty for the remainder, and for one table. */
  private Optional<Entity> entity(int number) {
    return rules
        .filter(all -> number < all.entities().size())
        .map(all -> all.entities().get(number));
  }

  /** The options of a table by its number: where its entity says nothing, the run's. */
  FlattenOptions options(int number, FlattenOptions run) {
    if (rules.isEmpty()) {
      return run;
    }
    return run.ofTable(
        LakePointer.tableOf(run.table(), tables().get(number)),
        entity(number)
            .map(Entity::partitionBy)
            .filter(given -> !given.isEmpty())
            .orElse(run.partitionBy()),
        entity(number).map(Entity::sortBy).filter(given -> !given.isEmpty()).orElse(run.sortBy()));
  }

  /**
   * What of the options a table can follow: columns that the run names for all tables are not in
   * each of them.
   */
  FlattenOptions fitting(int number, FlattenOptions run, FlattenOptions own, TableSchema schema) {
    if (rules.isEmpty()) {
      return own;
    }
    Set<String> mustHave = new LinkedHashSet<>();
    entity(number)
        .ifPresent(
            said -> {
              mustHave.addAll(said.partitionBy());
              mustHave.addAll(said.sortBy());
            });
    return run.ofTable(
        own.table(),
        own.partitionBy().stream()
            .filter(
                text -> mustHave.contains(text) || has(schema, SchemaChoice.parse(text).source()))
            .toList(),
        own.sortBy().stream()
            .filter(name -> mustHave.contains(name) || has(schema, name))
            .toList());
  }

  private static boolean has(TableSchema schema, String column) {
    return schema.findWithDerived(column).filter(found -> !found.dropped()).isPresent();
  }

  /** The schema of a table by its number, with columns for the parts of its keys. */
  TableSchema withParts(int number, TableSchema schema) {
    Optional<Entity> entity = entity(number);
    if (entity.isEmpty()) {
      return schema;
    }
    return schema.withParts(entity.get().parts(), part -> attributesOf(entity.get(), part));
  }

  private static List<String> attributesOf(Entity entity, String part) {
    Set<String> attributes = new LinkedHashSet<>();
    for (EntityMatch match : entity.match()) {
      match
          .keys()
          .forEach(
              (attribute, pattern) -> {
                if (pattern.names().contains(part)) {
                  attributes.add(attribute);
                }
              });
    }
    return List.copyOf(attributes);
  }
}
