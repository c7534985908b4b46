package io.dynamodblake.flatten;

import static org.assertj.core.api.Assertions.assertThat;

import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import io.dynamodblake.schema.entity.Entity;
import io.dynamodblake.schema.entity.EntityDetection;
import io.dynamodblake.schema.entity.EntityHints;
import io.dynamodblake.schema.entity.EntityProfile;
import io.dynamodblake.schema.entity.EntityProposal;
import io.dynamodblake.schema.entity.EntityRules;
import io.dynamodblake.testing.SingleTables;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kinds of items as they are found in tables that other libraries write, and in hostile ones. */
class EntityDetectionTest {
  private static final EntityHints HINTS = EntityHints.at(Instant.parse("2024-06-01T00:00:00Z"));

  private static EntityProfile profile(EntityHints hints, List<String> lines) {
    EntityObserver observer = new EntityObserver(hints);
    ItemScanner scanner = new ItemScanner();
    ItemTape tape = new ItemTape();
    for (String line : lines) {
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      try {
        scanner.scan(bytes, 0, bytes.length, tape);
      } catch (MalformedRecordException e) {
        throw new IllegalArgumentException(line, e);
      }
      observer.observe(tape);
    }
    return observer.profile();
  }

  private static EntityProposal found(List<String> lines) {
    return EntityDetection.of(profile(HINTS, lines));
  }

  private static List<String> table(int items, BiFunction<Random, Integer, String> item) {
    Random random = new Random(7);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      lines.add(item.apply(random, i));
    }
    Collections.shuffle(lines, random);
    return lines;
  }

  /** An entity on one line: {@code name: way | way}. */
  private static List<String> rules(EntityProposal proposal) {
    List<String> rules = new ArrayList<>();
    for (EntityProposal.Kind kind : proposal.entities()) {
      proposal.rule(kind).ifPresent(entity -> rules.add(rule(entity)));
    }
    return rules;
  }

  private static String rule(Entity entity) {
    List<String> ways = new ArrayList<>();
    entity
        .match()
        .forEach(
            match -> {
              List<String> words = new ArrayList<>();
              match.marker().ifPresent(marker -> words.add(marker.attribute() + marker.values()));
              match.keys().values().forEach(pattern -> words.add(pattern.text()));
              ways.add(String.join(" ", words));
            });
    return entity.name() + ": " + String.join(" | ", ways);
  }

  @TestFactory
  Stream<DynamicTest> designsOfOthersComeApartIntoTheEntitiesOfTheirDocumentation() {
    return Stream.of(
        design(
            "ElectroDB",
            SingleTables.electroDb(1500),
            "__edb_e__",
            "mallstore: __edb_e__[MallStore] | $mallstoredirectory#cityid_{cityid}#mallid_{mallid} $mallstore_1#buildingid_{buildingid}#storeid_{storeid}",
            "tasks: __edb_e__[tasks] | $taskapp#task_{task} $tasks_1#project_{project}#employee_{employee}",
            "employee: __edb_e__[employee] | $taskapp#employee_{employee} $employee_1"),
        design(
            "OneTable",
            SingleTables.oneTable(1500),
            "_type",
            "invoice: _type[Invoice] | account:{account_id} invoice:{invoice_id}",
            "unique: {} _unique#",
            "user: _type[User] | account:{account_id} user:{user_id}",
            "account: _type[Account] | account:{account_id} account:"),
        design(
            "AppSync",
            SingleTables.appSync(1500),
            "__typename",
            "comment: __typename[Comment]",
            "post: __typename[Post]",
            "blog: __typename[Blog]"),
        design(
            "dynamodb-toolbox",
            SingleTables.toolbox(1500),
            "_et",
            "pokemon: _et[Pokemon] | TRAINER#{trainer_id} POKEMON#{pokemon_id}",
            "trainer: _et[Trainer] | TRAINER#{trainer_id} ROOT",
            "gymleader: _et[GymLeader] | GYM#{gym_id} LEADER"),
        design(
            "the gaming application of AWS's tutorial",
            SingleTables.gaming(1500),
            "",
            "game_user: GAME#{game_id} USER#{user_id}",
            "user: USER#{user_id} #METADATA#{}",
            "game: GAME#{game_id} #METADATA#{}"),
        design(
            "keys of dynamodb-cri, with tenants and pipes",
            SingleTables.pipes(1500),
            "",
            "employee: {} {}|employee|{employee_id}",
            "invoice: {} {}|invoice|{invoice_id}"));
  }

  private static DynamicTest design(
      String name, List<String> lines, String marker, String... expected) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          EntityProposal proposal = found(lines);
          assertThat(rules(proposal)).containsExactlyInAnyOrder(expected);
          assertThat(proposal.marker().orElse("")).isEqualTo(marker);
          assertThat(proposal.similarityWithin()).isGreaterThan(proposal.similarity() + 0.2);
          checkThatTheClassifierSaysTheSame(proposal, lines);
        });
  }

  /** What is shown are the rules' own counts, and they add up. */
  private static void checkThatTheClassifierSaysTheSame(EntityProposal proposal, List<String> lines)
      throws MalformedRecordException {
    EntityRules rules = EntityRules.fromJson(proposal.rules().toJson());
    EntityClassifier classifier = new EntityClassifier(rules);
    ItemScanner scanner = new ItemScanner();
    ItemTape tape = new ItemTape();
    Map<String, Long> counts = new HashMap<>();
    rules.tables().forEach(table -> counts.put(table, 0L));
    for (String line : lines) {
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      scanner.scan(bytes, 0, bytes.length, tape);
      counts.merge(rules.tables().get(classifier.classify(tape)), 1L, Long::sum);
    }
    Map<String, Long> shown = new HashMap<>();
    proposal.entities().forEach(kind -> shown.put(kind.name(), kind.items()));
    assertThat(shown).isEqualTo(counts);
    assertThat(shown.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(lines.size());
  }

  @Property(tries = 150)
  void whateverItemsAreTheRulesCanBeReadAndTheirCountsAddUp(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    String[] words = {
      "A", "USER", "#", "|", "{", "}", "é", "", "$x_1", "n_v", "7", "2024", "a b", "😀"
    };
    List<String> lines = new ArrayList<>();
    for (int i = random.nextInt(400); i >= 0; i--) {
      StringBuilder item = new StringBuilder("{\"Item\":{\"more\":{\"S\":\"x\"}");
      for (String name : List.of("pk", "sk", "type", "kind", "ttl", "a", "b", "c")) {
        if (random.nextInt(4) > 0) {
          StringBuilder value = new StringBuilder();
          for (int part = random.nextInt(5); part >= 0; part--) {
            value
                .append(words[random.nextInt(words.length)])
                .append(random.nextInt(3) == 0 ? "" : "#");
          }
          boolean number = random.nextInt(10) == 0;
          item.append(
              ",\"%s\":{\"%s\":\"%s\"}".formatted(name, number ? "N" : "S", number ? "5" : value));
        }
      }
      lines.add(item.append("}}").toString());
    }
    EntityProposal proposal = found(lines);

    if (proposal.hasEntities()) {
      checkThatTheClassifierSaysTheSame(proposal, lines);
    }
    assertThat(EntityRules.fromJson(proposal.rules().toJson())).isEqualTo(proposal.rules());
  }

  // ---- many tasks

  @ParameterizedTest(name = "in {0} parts")
  @ValueSource(ints = {2, 7, 40})
  void partsOfATableMergeIntoTheProposalOfTheWhole(int parts) {
    for (List<String> lines :
        List.of(
            SingleTables.electroDb(900),
            SingleTables.oneTable(900),
            SingleTables.pipes(900),
            SingleTables.gaming(900))) {
      EntityProfile all = new EntityProfile(HINTS);
      List<Integer> order = new ArrayList<>();
      for (int part = 0; part < parts; part++) {
        order.add(part);
      }
      Collections.shuffle(order, new Random(parts));
      for (int part : order) {
        List<String> share =
            lines.subList(part * lines.size() / parts, (part + 1) * lines.size() / parts);
        all.merge(EntityProfile.fromBytes(profile(HINTS, share).toBytes(), HINTS));
      }
      EntityProposal expected = found(lines);
      EntityProposal actual = EntityDetection.of(all);
      assertThat(actual.rules().toJson()).isEqualTo(expected.rules().toJson());
      assertThat(actual.entities()).isEqualTo(expected.entities());
    }
  }

  // ---- what must not be mistaken

  @Test
  void itemsOfOneKindAreNotTakenApart() {
    List<String> lines =
        table(
            500,
            (random, i) ->
                "{\"Item\":{\"id\":{\"S\":\"%s\"},\"status\":{\"S\":\"%s\"},\"type\":{\"S\":\"%s\"}}}"
                    .formatted(
                        SingleTables.uuid(random),
                        random.nextBoolean() ? "NEW" : "PAID",
                        random.nextBoolean() ? "a" : "b"));

    assertThat(found(lines).hasEntities()).isFalse();
    assertThat(found(lines).entities()).isEmpty();
  }

  @Test
  void statesUsersAndCountriesInKeysAreNoKinds() {
    String[] users = {"ann", "ben", "cat", "dan", "eve"};
    String[] states = {"OPEN", "CLOSED", "SENT"};
    List<String> lines =
        table(
            600,
            (random, i) -> {
              String user = users[random.nextInt(users.length)];
              return i % 3 == 0
                  ? "{\"Item\":{\"PK\":{\"S\":\"USER#%s\"},\"SK\":{\"S\":\"ORDER#%s#%s\"},\"total\":{\"N\":\"1\"},\"ship\":{\"S\":\"x\"}}}"
                      .formatted(user, states[i % 9 / 3], SingleTables.uuid(random))
                  : i % 3 == 1
                      ? "{\"Item\":{\"PK\":{\"S\":\"USER#%s\"},\"SK\":{\"S\":\"PROFILE\"},\"name\":{\"S\":\"x\"},\"plan\":{\"S\":\"free\"}}}"
                          .formatted(user)
                      : "{\"Item\":{\"PK\":{\"S\":\"%s#%s\"},\"SK\":{\"S\":\"CITY\"},\"people\":{\"N\":\"1\"}}}"
                          .formatted(List.of("DE", "FR", "IT").get(i % 9 / 3), "Ort" + i);
            });

    assertThat(rules(found(lines)))
        .containsExactlyInAnyOrder(
            "order: USER#{user_id} ORDER#{order_id}#{}",
            "user_profile: USER#{user_id} PROFILE",
            "city: {}#{} CITY");
  }

  @Test
  void aMarkerThatIsMissingOnHalfOfTheItemsIsHelpedByKeys() {
    List<String> lines =
        table(
            600,
            (random, i) -> {
              String marker =
                  random.nextBoolean()
                      ? ",\"entityType\":{\"S\":\"%s\"}"
                          .formatted(i % 2 == 0 ? "Customer" : "Phone")
                      : "";
              return i % 2 == 0
                  ? "{\"Item\":{\"PK\":{\"S\":\"CUST#%d\"},\"SK\":{\"S\":\"CUST\"},\"name\":{\"S\":\"x\"}%s}}"
                      .formatted(i, marker)
                  : "{\"Item\":{\"PK\":{\"S\":\"CUST#%d\"},\"SK\":{\"S\":\"PHONE#1\"},\"type\":{\"S\":\"%s\"},\"number\":{\"S\":\"x\"}%s}}"
                      .formatted(i, random.nextBoolean() ? "home" : "work", marker);
            });
    EntityProposal proposal = found(lines);

    assertThat(rules(proposal))
        .containsExactlyInAnyOrder(
            "customer: entityType[Customer] | CUST#{cust_id} CUST",
            "phone: entityType[Phone] | CUST#{cust_id} PHONE#{phone_id}");
    assertThat(proposal.entities())
        .extracting(EntityProposal.Kind::items)
        .containsExactly(300L, 300L, 0L);
  }

  @Test
  void aMarkerThatSaysWhatAttributesAndKeysDoNotSayIsACategory() {
    List<String> lines =
        table(
            600,
            (random, i) ->
                i % 2 == 0
                    ? "{\"Item\":{\"PK\":{\"S\":\"CAR#%d\"},\"SK\":{\"S\":\"CAR\"},\"type\":{\"S\":\"%s\"},\"doors\":{\"N\":\"4\"}}}"
                        .formatted(i, random.nextBoolean() ? "diesel" : "electric")
                    : "{\"Item\":{\"PK\":{\"S\":\"DRIVER#%d\"},\"SK\":{\"S\":\"DRIVER\"},\"type\":{\"S\":\"%s\"},\"name\":{\"S\":\"x\"}}}"
                        .formatted(i, random.nextBoolean() ? "private" : "taxi"));

    assertThat(rules(found(lines)))
        .containsExactlyInAnyOrder("car: CAR#{car_id} CAR", "driver: DRIVER#{driver_id} DRIVER");
  }

  @Test
  void aMarkerOfTenThousandValuesIsNoneAndReplicationAttributesAreNone() {
    List<String> lines =
        table(
            12_000,
            (random, i) ->
                "{\"Item\":{\"PK\":{\"S\":\"%s#%d\"},\"type\":{\"S\":\"T%d\"},\"aws:rep:updateregion\":{\"S\":\"%s\"},%s}}"
                    .formatted(
                        i % 2 == 0 ? "SHIP" : "PORT",
                        i,
                        i % 10_000,
                        i % 2 == 0 ? "eu-west-1" : "us-east-1",
                        i % 2 == 0 ? "\"draught\":{\"N\":\"1\"}" : "\"depth\":{\"N\":\"1\"}"));
    EntityProposal proposal = found(lines);

    assertThat(rules(proposal))
        .containsExactlyInAnyOrder("ship: SHIP#{ship_id}", "port: PORT#{port_id}");
    assertThat(proposal.notes())
        .containsExactly(
            "Attribute type has the name of a marker, but too many values, or too long ones");
  }

  @Test
  void anyAttributeThatTellsWhatItemsHaveIsAMarkerWhereKeysTellNothing() {
    List<String> lines =
        table(
            400,
            (random, i) ->
                "{\"Item\":{\"K\":{\"B\":\"%s\"},\"R\":{\"N\":\"%d\"},\"sort_of_thing\":{\"S\":\"%s\"},%s}}"
                    .formatted(
                        Base64.getEncoder()
                            .encodeToString(
                                "key%05d".formatted(i).getBytes(StandardCharsets.UTF_8)),
                        i,
                        i % 2 == 0 ? "Lamp" : "lamp shade",
                        i % 2 == 0 ? "\"watt\":{\"N\":\"1\"}" : "\"colour\":{\"S\":\"x\"}"));
    EntityProposal proposal = EntityDetection.of(profile(HINTS.withKeys(List.of("K", "R")), lines));

    assertThat(rules(proposal))
        .containsExactlyInAnyOrder(
            "lamp: sort_of_thing[Lamp]", "lamp_shade: sort_of_thing[lamp shade]");
  }

  @Test
  void namesThatDifferByCaseAreOneKindAndOthersThatCollideAreNumbered() {
    String[] kinds = {"Order", "ORDER", "line item", "line-item"};
    List<String> lines =
        table(
            400,
            (random, i) ->
                "{\"Item\":{\"id\":{\"S\":\"%s\"},\"_et\":{\"S\":\"%s\"},\"%s\":{\"N\":\"1\"}}}"
                    .formatted(
                        SingleTables.uuid(random),
                        kinds[i % 4],
                        "abcd".charAt(i % 4 / 2 * (i % 4 - 1))));
    EntityProposal proposal = found(lines);

    assertThat(proposal.rules().tables())
        .containsExactlyInAnyOrder("order", "line_item", "line_item_2", "other");
    assertThat(
            proposal.rules().entities().stream()
                .filter(entity -> entity.name().equals("order"))
                .flatMap(entity -> entity.match().get(0).marker().stream())
                .flatMap(marker -> marker.values().stream()))
        .containsExactlyInAnyOrder("Order", "ORDER");
  }

  @Test
  void ofTwoHundredKindsTheCommonestFiftyAreProposedAndTheRestIsCounted() {
    List<String> lines =
        table(
            4_000,
            (random, i) -> {
              int kind = (int) Math.sqrt(random.nextInt(40_000));
              return "{\"Item\":{\"PK\":{\"S\":\"KIND%d#%s\"},\"a%d\":{\"N\":\"1\"},\"b%d\":{\"N\":\"1\"}}}"
                  .formatted(kind, SingleTables.uuid(random), kind, kind);
            });
    EntityProposal proposal = found(lines);

    assertThat(proposal.rules().entities()).hasSize(50);
    EntityProposal.Kind rest = proposal.entities().get(50);
    assertThat(rest.name()).isEqualTo("other");
    assertThat(proposal.notes().get(0))
        .contains("more kinds with " + rest.items() + " items in all are in other");
  }

  @Test
  void softDeletedAndExpiredItemsAreCountedAndNotLeftOut() {
    EntityProposal proposal =
        found(
            List.of(
                "{\"Item\":{\"id\":{\"S\":\"a\"},\"_deleted\":{\"BOOL\":true},\"_ttl\":{\"N\":\"1705798407\"}}}",
                "{\"Item\":{\"id\":{\"S\":\"b\"},\"_deleted\":{\"BOOL\":true},\"_ttl\":{\"N\":\"1868348710\"}}}",
                "{\"Item\":{\"id\":{\"S\":\"c\"},\"_deleted\":{\"BOOL\":false},\"_ttl\":{\"S\":\"1705798407\"}}}",
                "{\"Item\":{\"id\":{\"S\":\"d\"},\"_ttl\":{\"N\":\"1.5\"},\"gone\":{\"N\":\"1705798407\"}}}"));

    assertThat(proposal.items()).isEqualTo(4);
    assertThat(proposal.softDeleted()).isEqualTo(2);
    assertThat(proposal.expired()).isEqualTo(1);
    assertThat(proposal.ttlAttributes()).containsExactly("_ttl");
    EntityProposal told =
        EntityDetection.of(
            profile(
                HINTS.withTtlAttribute("gone"),
                List.of("{\"Item\":{\"gone\":{\"N\":\"1705798407\"},\"ttl\":{\"N\":\"1\"}}}")));
    assertThat(told.expired()).isEqualTo(1);
    assertThat(told.ttlAttributes()).containsExactly("gone");
  }

  @Test
  void whatIsRememberedStaysSmallWhateverTheItemsAre() {
    List<String> lines =
        table(
            30_000,
            (random, i) ->
                "{\"Item\":{\"PK\":{\"S\":\"%s#%s#%s\"},\"SK\":{\"S\":\"%s#%s\"},\"%s\":{\"S\":\"%s\"},\"kind\":{\"S\":\"%s\"}}}"
                    .formatted(
                        word(random, 250),
                        word(random, 60),
                        word(random, 60),
                        word(random, 250),
                        word(random, 60),
                        word(random, 2_000),
                        word(random, 20),
                        word(random, 400)));
    EntityProfile profile = profile(HINTS, lines);

    assertThat(profile.toBytes().length).isLessThan(40_000_000);
    assertThat(EntityDetection.of(profile).items()).isEqualTo(30_000);
  }

  private static String word(Random random, int words) {
    int number = random.nextInt(words);
    return "w"
        + (char) ('a' + number / 676)
        + (char) ('a' + number / 26 % 26)
        + (char) ('a' + number % 26);
  }
}
