package io.dynamodblake.testing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * Tables that hold several kinds of items, as the documentation of libraries builds them, each as
 * lines of an export in random order, the same ones in each run.
 */
public final class SingleTables {
  private static final String ULID = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final String[] NAMES = {"alice", "bob", "carol", "dave", "erin", "frank"};

  private final Random random = new Random(11);
  private final List<String> lines = new ArrayList<>();

  private SingleTables() {}

  /** A random id such as most tables have. */
  public static String uuid(Random random) {
    return new UUID(random.nextLong() & ~0xf000L | 0x4000L, random.nextLong()).toString();
  }

  /** Makes an item of names and values; a value is text unless its name ends with {@code :N}. */
  private void item(String... namesAndValues) {
    StringBuilder line = new StringBuilder("{\"Item\":{");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      String name = namesAndValues[i];
      boolean number = name.endsWith(":N");
      boolean flag = name.endsWith(":BOOL");
      String bare = number || flag ? name.substring(0, name.indexOf(':')) : name;
      line.append(i == 0 ? "" : ",").append('"').append(bare).append("\":{");
      line.append(flag ? "\"BOOL\":" : number ? "\"N\":\"" : "\"S\":\"");
      line.append(namesAndValues[i + 1]).append(flag ? "}" : "\"}");
    }
    lines.add(line.append("}}").toString());
  }

  private List<String> shuffled() {
    Collections.shuffle(lines, random);
    return lines;
  }

  private String id() {
    return uuid(random);
  }

  private String ulid() {
    StringBuilder id = new StringBuilder("01");
    for (int i = 0; i < 24; i++) {
      id.append(ULID.charAt(random.nextInt(ULID.length())));
    }
    return id.toString();
  }

  private String person() {
    return one(NAMES) + random.nextInt(100_000);
  }

  private String one(String... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String number(int bound) {
    return String.valueOf(random.nextInt(bound));
  }

  /** Stores in malls, and employees and tasks of another service, as in ElectroDB's examples. */
  public static List<String> electroDb(int items) {
    SingleTables table = new SingleTables();
    for (int i = 0; i < items; i++) {
      String person = table.person();
      String id = table.id();
      switch (i % 3) {
        case 0 ->
            table.item(
                "pk",
                "$mallstoredirectory#cityid_"
                    + table.one("atlanta", "boston")
                    + "#mallid_"
                    + table.one("eastpointe", "westend"),
                "sk",
                "$mallstore_1#buildingid_building"
                    + table.one("a", "b", "c")
                    + "#storeid_store"
                    + id.substring(0, 8),
                "cityId",
                "Atlanta",
                "mallId",
                "EastPointe",
                "storeId",
                id,
                "category",
                table.one("food/coffee", "clothing"),
                "rent:N",
                table.number(10_000),
                "__edb_e__",
                "MallStore",
                "__edb_v__",
                "1");
        case 1 ->
            table.item(
                "pk",
                "$taskapp#employee_" + person,
                "sk",
                "$employee_1",
                "employee",
                person,
                "office",
                "Portland",
                "title",
                "Senior",
                "__edb_e__",
                "employee",
                "__edb_v__",
                "1");
        default ->
            table.item(
                "pk",
                "$taskapp#task_" + id,
                "sk",
                "$tasks_1#project_p" + table.number(30) + "#employee_" + person,
                "task",
                id,
                "status",
                table.one("open", "closed"),
                "points:N",
                table.number(13),
                "__edb_e__",
                "tasks",
                "__edb_v__",
                table.one("1", "2"));
      }
    }
    return table.shuffled();
  }

  /**
   * Accounts, users with guards of their e-mail addresses, and invoices, as OneTable writes them.
   */
  public static List<String> oneTable(int items) {
    SingleTables table = new SingleTables();
    List<String> accounts = new ArrayList<>();
    for (int i = 0; i < items / 20; i++) {
      accounts.add(table.ulid());
    }
    for (int i = 0; i < items; i++) {
      String account = accounts.get(i % accounts.size());
      String id = table.ulid();
      if (i % 20 == 0) {
        table.item(
            "pk",
            "account:" + id,
            "sk",
            "account:",
            "id",
            id,
            "name",
            "x",
            "_type",
            "Account",
            "created",
            "2024-01-02T03:04:05Z");
      } else if (i % 2 == 0) {
        String mail = table.person() + "@example.com";
        table.item(
            "pk",
            "account:" + account,
            "sk",
            "user:" + id,
            "id",
            id,
            "email",
            mail,
            "status",
            table.one("active", "idle"),
            "gs1pk",
            "user:" + mail,
            "gs1sk",
            "user:",
            "_type",
            "User",
            "created",
            "2024-01-02T03:04:05Z");
        table.item("pk", "_unique#User#email#" + mail, "sk", "_unique#");
      } else {
        table.item(
            "pk",
            "account:" + account,
            "sk",
            "invoice:" + id,
            "id",
            id,
            "total:N",
            table.number(1000),
            "count:N",
            "1",
            "_type",
            "Invoice",
            "created",
            "2024-01-02T03:04:05Z");
      }
    }
    return table.shuffled();
  }

  /** A versioned data source of AppSync, with items that are deleted and kept. */
  public static List<String> appSync(int items) {
    SingleTables table = new SingleTables();
    for (int i = 0; i < items; i++) {
      List<String> item =
          new ArrayList<>(
              List.of("id", table.id(), "_version:N", "1", "_lastChangedAt:N", "1700000000000"));
      String type = List.of("Post", "Comment", "Comment", "Blog").get(i % 4);
      item.addAll(List.of("__typename", type));
      item.addAll(
          switch (type) {
            case "Post" ->
                List.of(
                    "title", "x", "blogPostsId", table.id(), "status", table.one("DRAFT", "DONE"));
            case "Comment" ->
                List.of("content", "x y z", "postCommentsId", table.id(), "author", table.person());
            default -> List.of("name", "x", "owner", table.person());
          });
      if (i % 10 == 0) {
        item.addAll(
            List.of("_deleted:BOOL", "true", "_ttl:N", i % 20 == 0 ? "1705798407" : "1868348710"));
      }
      table.item(item.toArray(new String[0]));
    }
    return table.shuffled();
  }

  /** Trainers, their Pokemon and gyms, as dynamodb-toolbox writes them. */
  public static List<String> toolbox(int items) {
    SingleTables table = new SingleTables();
    for (int i = 0; i < items; i++) {
      String trainer = "TRAINER#" + table.person();
      switch (i % 3) {
        case 0 ->
            table.item(
                "PK",
                trainer,
                "SK",
                "POKEMON#" + table.number(1_000_000),
                "_et",
                "Pokemon",
                "level:N",
                "7",
                "name",
                "pikachu");
        case 1 -> table.item("PK", trainer, "SK", "ROOT", "_et", "Trainer", "city", "Pallet");
        default ->
            table.item(
                "PK",
                "GYM#" + table.number(1000),
                "SK",
                "LEADER",
                "_et",
                "GymLeader",
                "badge",
                "rock",
                "since:N",
                "2004");
      }
    }
    return table.shuffled();
  }

  /** Users, games and who plays which, without a marker, as in a tutorial of AWS. */
  public static List<String> gaming(int items) {
    SingleTables table = new SingleTables();
    for (int i = 0; i < items; i++) {
      String game = table.id();
      String user = table.person();
      switch (i % 3) {
        case 0 ->
            table.item(
                "PK",
                "USER#" + user,
                "SK",
                "#METADATA#" + user,
                "username",
                user,
                "email",
                "x",
                "birthdate",
                "1990-01-02");
        case 1 ->
            table.item(
                "PK",
                "GAME#" + game,
                "SK",
                "#METADATA#" + game,
                "game_id",
                game,
                "map",
                table.one("Green Grasses", "Dirty Desert"),
                "people:N",
                "3");
        default ->
            table.item("PK", "GAME#" + game, "SK", "USER#" + user, "place:N", table.number(50));
      }
    }
    return table.shuffled();
  }

  /** Keys with a tenant first and pipes between their parts, as dynamodb-cri writes them. */
  public static List<String> pipes(int items) {
    SingleTables table = new SingleTables();
    for (int i = 0; i < items; i++) {
      String tenant = table.one("acme", "globex");
      if (i % 2 == 0) {
        table.item(
            "pk",
            table.id(),
            "sk",
            tenant + "|employee|" + table.person() + "@example.com",
            "first",
            "a",
            "last",
            "#b");
      } else {
        table.item(
            "pk",
            table.id(),
            "sk",
            tenant + "|invoice|" + table.number(1_000_000),
            "total:N",
            "1",
            "due",
            "x");
      }
    }
    return table.shuffled();
  }
}
