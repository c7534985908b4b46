package io.dynamodblake.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.document.Envelope;
import io.dynamodblake.document.JsonDocuments;
import io.dynamodblake.schema.entity.EntityNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * {@code current.json} of a folder: what readers see of all tables that are published together. It
 * is replaced whole, in one step and last, so that it shows all of them as one run has left them.
 * Most often it is one table, and the document is a {@link CurrentPointer}; where items are taken
 * apart by their kind there is a table for each kind.
 *
 * @param table name of the lake table, with which those of several begin
 * @param facts what is known of the DynamoDB table
 * @param ledger what all tables together are made of
 * @param made by which run, and of what
 * @param rules the document that says which item goes into which table; empty for one table
 * @param members the tables, in the order of the rules
 */
public record LakePointer(
    String table,
    TableFacts facts,
    Ledger ledger,
    Made made,
    Optional<String> rules,
    List<Member> members) {
  private static final Envelope ENVELOPE = new Envelope("current-entities", 1);
  private static final String ONLY = "";

  /**
   * What the run was that published last.
   *
   * @param id by which snapshots of that run are called
   * @param exportFingerprint what makes two inputs the same
   * @param planFingerprint what makes two plans the same
   */
  public record Made(
      String id,
      String exportId,
      Optional<String> exportArn,
      String exportFingerprint,
      Optional<Instant> exportTime,
      String planFingerprint,
      String runId,
      Instant publishedAt) {

    /** Of a run that has written a snapshot of a table. */
    public static Made of(PublishedSnapshot snapshot) {
      return new Made(
          snapshot.id(),
          snapshot.exportId(),
          snapshot.exportArn(),
          snapshot.exportFingerprint(),
          snapshot.exportTime(),
          snapshot.planFingerprint(),
          snapshot.runId(),
          snapshot.publishedAt());
    }
  }

  /**
   * One of the tables.
   *
   * @param name of its folder; empty if it is the only one
   * @param snapshot what readers see
   * @param earlier its snapshots of before, oldest first
   */
  public record Member(String name, PublishedSnapshot snapshot, List<EarlierSnapshot> earlier) {
    public Member {
      earlier = List.copyOf(earlier);
    }

    private Member after(Optional<Member> before) {
      if (before.isEmpty()) {
        return this;
      }
      List<EarlierSnapshot> all = new ArrayList<>(before.get().earlier);
      if (!before.get().snapshot.id().equals(snapshot.id())) {
        all.add(before.get().snapshot.asEarlier());
      }
      return new Member(name, snapshot, all);
    }
  }

  public LakePointer {
    members = List.copyOf(members);
  }

  /** Returns the pointer of a table that is published alone. */
  public static LakePointer of(CurrentPointer only) {
    return new LakePointer(
        only.table(),
        only.facts(),
        only.ledger(),
        Made.of(only.snapshot()),
        Optional.empty(),
        List.of(new Member(ONLY, only.snapshot(), only.earlier())));
  }

  /** Whether there is one table that is published alone. */
  public boolean isOne() {
    return rules.isEmpty();
  }

  /** Returns what readers see of a table that is published alone. */
  public CurrentPointer only() {
    if (!isOne()) {
      throw new IllegalStateException("There are several tables");
    }
    return of(members.get(0));
  }

  /**
   * Returns what readers see of all tables as if they were one, for whoever asks for numbers and
   * for what they are made of: there is no such folder.
   */
  public CurrentPointer together() {
    if (isOne()) {
      return only();
    }
    PublishedSnapshot first = members.get(0).snapshot();
    PublishedSnapshot sum =
        new PublishedSnapshot(
            made.id(),
            "",
            made.exportId(),
            made.exportArn(),
            made.exportFingerprint(),
            made.exportTime(),
            "",
            made.planFingerprint(),
            first.dataFormat(),
            List.of(),
            List.of(),
            first.database(),
            rows(),
            files(),
            bytes(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            made.runId(),
            made.publishedAt());
    return new CurrentPointer(table, facts, ledger, sum, List.of());
  }

  /** Returns what readers see of one of the tables; empty if there is none of that name. */
  public Optional<CurrentPointer> of(String name) {
    return member(name).map(this::of);
  }

  private CurrentPointer of(Member member) {
    return new CurrentPointer(
        tableOf(table, member.name()), facts, ledger, member.snapshot(), member.earlier());
  }

  /** Returns the name of one of several tables, as catalogs have it. */
  public static String tableOf(String table, String name) {
    return name.isEmpty() ? table : table + "_" + name;
  }

  private Optional<Member> member(String name) {
    return members.stream().filter(one -> one.name().equals(name)).findFirst();
  }

  /** Returns the names of the tables, in the order of the rules. */
  public List<String> names() {
    return members.stream().map(Member::name).toList();
  }

  /** Whether a run that called its snapshots so has published. */
  public boolean wasPublished(String id) {
    return made.id().equals(id) || members.stream().anyMatch(member -> of(member).wasPublished(id));
  }

  /** Returns the rows of all tables. */
  public long rows() {
    return members.stream().mapToLong(member -> member.snapshot().rows()).sum();
  }

  /** Returns the data files of all tables. */
  public int files() {
    return members.stream().mapToInt(member -> member.snapshot().files()).sum();
  }

  /** Returns the stored bytes of the data files of all tables. */
  public long bytes() {
    return members.stream().mapToLong(member -> member.snapshot().bytes()).sum();
  }

  /** Returns how the data files are kept. */
  public OutputFormat dataFormat() {
    return members.get(0).snapshot().dataFormat();
  }

  /** Returns the pointer that goes on from what others see now, which it remembers. */
  public LakePointer after(Optional<LakePointer> now) {
    return with(member -> member.after(now.flatMap(before -> before.member(member.name()))));
  }

  /** Returns the pointer of the same tables at another moment. */
  public LakePointer at(TableFacts nextFacts, Ledger nextLedger) {
    return new LakePointer(table, nextFacts, nextLedger, made, rules, members);
  }

  /**
   * Returns the same pointer, that remembers other snapshots of before.
   *
   * @param staying by the name of a table
   */
  public LakePointer remembering(Map<String, List<EarlierSnapshot>> staying) {
    return with(one -> new Member(one.name(), one.snapshot(), staying.get(one.name())));
  }

  /** Returns the same pointer, where one of the tables has its current rows in other files. */
  public LakePointer with(String name, PublishedSnapshot snapshot) {
    return with(one -> one.name().equals(name) ? new Member(name, snapshot, one.earlier()) : one);
  }

  private LakePointer with(UnaryOperator<Member> next) {
    return new LakePointer(table, facts, ledger, made, rules, members.stream().map(next).toList());
  }

  /** Whether this one differs from another by snapshots only that it has forgotten. */
  public boolean hasOnlyForgotten(LakePointer before) {
    for (Member member : members) {
      Optional<Member> then = before.member(member.name());
      if (then.isEmpty() || !then.get().earlier().containsAll(member.earlier())) {
        return false;
      }
    }
    return withoutEarlier().equals(before.withoutEarlier());
  }

  private LakePointer withoutEarlier() {
    return with(one -> new Member(one.name(), one.snapshot(), List.of()));
  }

  /** Whether it was made to go on from another one: each table has been what that one names. */
  public boolean follows(LakePointer before) {
    return before.members.stream()
        .allMatch(
            member ->
                member(member.name())
                    .map(own -> of(own).wasPublished(member.snapshot().id()))
                    .orElse(true));
  }

  /** Whether it was made where there was none. */
  public boolean isFirst() {
    return members.stream().allMatch(member -> member.earlier().isEmpty());
  }

  /** Returns the document as it stands in the lake. */
  public String toJson() {
    if (isOne()) {
      return only().toJson();
    }
    ObjectNode tree = ENVELOPE.begin();
    tree.put("table", table);
    facts.putInto(tree);
    tree.put("snapshotId", made.id());
    tree.put("exportId", made.exportId());
    JsonDocuments.put(tree, "exportArn", made.exportArn());
    JsonDocuments.putInstant(tree, "exportTime", made.exportTime());
    tree.put("exportFingerprint", made.exportFingerprint());
    tree.put("planFingerprint", made.planFingerprint());
    tree.put("rows", rows());
    tree.put("files", files());
    tree.put("bytes", bytes());
    tree.put("runId", made.runId());
    tree.put("publishedAt", made.publishedAt().toString());
    CurrentPointer.putLedger(tree, ledger);
    ArrayNode tables = tree.putArray("entities");
    for (Member member : members) {
      ObjectNode node = tables.addObject();
      node.put("name", member.name());
      member.snapshot().putInto(node);
      ArrayNode before = node.putArray("earlier");
      member.earlier().forEach(one -> one.putInto(before.addObject()));
    }
    tree.set(
        "rules",
        JsonDocuments.parseObject(rules.orElseThrow())
            .orElseThrow(() -> new IllegalStateException("Rules are a document")));
    return JsonDocuments.print(tree);
  }

  /**
   * Reads {@link #toJson()} back, and the documents of earlier versions.
   *
   * @param place where the text comes from, for messages
   * @throws io.dynamodblake.schema.DataRefusedException if the text is not such a document, or one
   *     of a later version
   */
  public static LakePointer fromJson(String json, String place) {
    Optional<JsonNode> several = JsonDocuments.parseObject(json).filter(ENVELOPE::isOf);
    if (several.isEmpty()) {
      return of(CurrentPointer.fromJson(json, place));
    }
    PointerText text = new PointerText(place);
    JsonNode tree = several.get();
    if (ENVELOPE.isOlderThan(tree)) {
      throw text.newer(tree.path("formatVersion").asInt(), ENVELOPE.version());
    }
    List<Member> members = new ArrayList<>();
    for (JsonNode node : tree.path("entities")) {
      List<EarlierSnapshot> earlier = new ArrayList<>();
      node.path("earlier").forEach(one -> earlier.add(EarlierSnapshot.of(one, text)));
      members.add(new Member(folder(node, text), PublishedSnapshot.of(node, text), earlier));
    }
    if (members.isEmpty() || !tree.path("rules").isObject()) {
      throw text.unreadable("it names no tables, or not which items they hold");
    }
    return new LakePointer(
        text.required(tree, "table"),
        TableFacts.of(tree, text, Optional.empty()),
        CurrentPointer.ledger(tree, text),
        new Made(
            text.required(tree, "snapshotId"),
            text.required(tree, "exportId"),
            JsonDocuments.text(tree, "exportArn"),
            text.required(tree, "exportFingerprint"),
            text.instant(tree, "exportTime"),
            text.required(tree, "planFingerprint"),
            text.required(tree, "runId"),
            text.instant(tree, "publishedAt")
                .orElseThrow(() -> text.unreadable("key 'publishedAt' is missing"))),
        Optional.of(JsonDocuments.print(tree.path("rules"))),
        members);
  }

  /** A name is that of a folder, so one that leads out of the lake is none. */
  private static String folder(JsonNode node, PointerText text) {
    String name = text.required(node, "name");
    if (!EntityNames.clean(name).equals(Optional.of(name))) {
      throw text.unreadable("the name of an entity is not one that flatten gives");
    }
    return name;
  }
}
