package io.dynamodblake.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/**
 * Makes the export that {@code demo} carries with it: a single-table shop of customers, products
 * and orders, all invented. The same bytes every time. It has what real exports have and other
 * readers stumble over: every descriptor, an empty data file, an attribute with two types, names
 * that differ only in case, a name with a dot, NULLs beside absent attributes, a number of 38
 * digits, a map whose keys are data, a list of mixed elements.
 */
public final class DemoExportGenerator {
  public static final String EXPORT_ID = "01731900000000-0a1b2c3d";
  public static final String ROOT = "AWSDynamoDB/" + EXPORT_ID + "/";

  static final int CUSTOMERS = 120;
  static final int PRODUCTS = 130;
  static final int ORDERS = 750;

  static final String PREFIX = "nightly/orders/";
  private static final List<String> DATA_FILES =
      List.of(
          "k3x5q7m2n4p6r7t2v4w6y7z2a4",
          "b5c7d2e4f6g7h2j4k6m7n2p4q6",
          "r4t6v2w5x7y3z4a6b2c5d7e3f4",
          "g6h2j5k7m3n4p6q2r5s7t3u4v6");
  private static final int EMPTY_FILE = 1;

  static final Instant EXPORT_TIME = Instant.ofEpochMilli(1_731_900_000_000L);
  private static final Instant FIRST_DAY = Instant.parse("2024-06-01T00:00:00Z");

  // Instant's own text leaves out the fraction of a whole second, and programs that write ISO text
  // do not
  static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private static final List<String> FIRST_NAMES =
      List.of(
          "Ada", "Björn", "Chiara", "Daniel", "Élodie", "Fatima", "Goran", "Hana", "Ines", "Jürgen",
          "Kofi", "Léa", "Mina", "Nuria", "Ola", "Priya", "Rui", "Søren", "Tomáš", "美咲");
  private static final List<String> LAST_NAMES =
      List.of(
          "Almqvist",
          "Baptiste",
          "Castellano",
          "Dvořák",
          "Eriksen",
          "Fontaine",
          "Grünwald",
          "Haddad",
          "Ivanova",
          "Jansen",
          "Keller",
          "Lindqvist",
          "Moreau",
          "Novák",
          "O'Brien",
          "Petit",
          "Rossi",
          "Søgaard",
          "Tanaka",
          "Weiß");
  private static final List<List<String>> CITIES =
      List.of(
          List.of("Lyon", "FR"),
          List.of("Köln", "DE"),
          List.of("Malmö", "SE"),
          List.of("Porto", "PT"),
          List.of("Łódź", "PL"),
          List.of("Torino", "IT"),
          List.of("Gent", "BE"));
  private static final List<String> GOODS =
      List.of(
          "kettle",
          "lamp",
          "notebook",
          "backpack",
          "mug",
          "headphones",
          "scarf",
          "puzzle",
          "desk organiser",
          "umbrella");
  private static final List<String> STYLES =
      List.of(
          "blue",
          "oak",
          "travel",
          "mini",
          "classic",
          "crème",
          "nordic",
          "recycled",
          "foldable",
          "deluxe");
  private static final List<String> STATUSES =
      List.of("PLACED", "PAID", "SHIPPED", "DELIVERED", "DELIVERED", "DELIVERED", "CANCELLED");

  private final Random random;

  public DemoExportGenerator() {
    this(20_241_118L);
  }

  /** One that makes other items of the same shop. */
  DemoExportGenerator(long seed) {
    random = new Random(seed);
  }

  /** Every object of the export by its path under {@code AWSDynamoDB/<export-id>/}. */
  public Map<String, byte[]> objects() {
    List<List<String>> lines = new ArrayList<>();
    DATA_FILES.forEach(file -> lines.add(new ArrayList<>()));
    for (Map<String, String> item : items()) {
      // DynamoDB spreads items by a hash of the partition key; one range happens to be empty
      int file = Math.floorMod(item.get("pk").hashCode() * 31, DATA_FILES.size() - 1);
      lines.get(file < EMPTY_FILE ? file : file + 1).add("{\"Item\":" + map(item) + "}\n");
    }

    Map<String, byte[]> objects = new TreeMap<>();
    objects.put("_started", new byte[0]);
    StringBuilder files = new StringBuilder();
    int total = 0;
    for (int i = 0; i < DATA_FILES.size(); i++) {
      byte[] stored = gzip(String.join("", lines.get(i)).getBytes(StandardCharsets.UTF_8));
      String path = "data/" + DATA_FILES.get(i) + ".json.gz";
      objects.put(path, stored);
      total += lines.get(i).size();
      files.append(
          "{\"itemCount\":%d,\"md5Checksum\":\"%s\",\"etag\":\"%s-1\",\"dataFileS3Key\":\"%s\"}\n"
              .formatted(lines.get(i).size(), md5(stored), hex(path), PREFIX + ROOT + path));
    }
    putWithChecksum(objects, "manifest-files", files.toString());
    putWithChecksum(objects, "manifest-summary", summary(total));
    return objects;
  }

  private static String summary(int items) {
    String table = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders";
    return ("{\"version\":\"2020-06-30\",\"exportArn\":\""
        + table
        + "/export/"
        + EXPORT_ID
        + "\","
        + "\"startTime\":\""
        + ISO.format(EXPORT_TIME)
        + "\","
        + "\"endTime\":\""
        + ISO.format(EXPORT_TIME.plusMillis(672_345))
        + "\","
        + "\"tableArn\":\""
        + table
        + "\",\"tableId\":\"0f1e2d3c-1111-2222-3333-444455556666\","
        + "\"exportTime\":\""
        + ISO.format(EXPORT_TIME)
        + "\",\"s3Bucket\":\"acme-exports\",\"s3Prefix\":\"nightly/orders\","
        + "\"s3SseAlgorithm\":\"AES256\",\"s3SseKmsKeyId\":null,"
        + "\"manifestFilesS3Key\":\""
        + PREFIX
        + ROOT
        + "manifest-files.json\",\"billedSizeBytes\":0,"
        + "\"itemCount\":"
        + items
        + ",\"outputFormat\":\"DYNAMODB_JSON\",\"exportType\":\"FULL_EXPORT\"}\n");
  }

  static void putWithChecksum(Map<String, byte[]> objects, String name, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    objects.put(name + ".json", bytes);
    objects.put(name + ".md5", md5(bytes).getBytes(StandardCharsets.US_ASCII));
  }

  // ---- the items: attribute name to attribute value in DynamoDB JSON

  List<Map<String, String>> items() {
    List<Map<String, String>> items = new ArrayList<>();
    for (int i = 1; i <= CUSTOMERS; i++) {
      items.add(customer(i));
    }
    for (int i = 1; i <= PRODUCTS; i++) {
      items.add(product(i));
    }
    for (int i = 1; i <= ORDERS; i++) {
      items.add(order(i));
    }
    return items;
  }

  Map<String, String> customer(int number) {
    String first = pick(FIRST_NAMES);
    String last = pick(LAST_NAMES);
    Instant joined = moment();
    Map<String, String> item = new LinkedHashMap<>();
    item.put("pk", s("CUST#%04d".formatted(number)));
    item.put("sk", s("PROFILE"));
    item.put("entity", s("customer"));
    // the customer service writes Id, the order service id: both exist in the table
    item.put("Id", s("C-%04d".formatted(number)));
    item.put("name", s(first + " " + last));
    item.put("email", s("customer%04d@shop.example".formatted(number)));
    item.put("createdAt", s(ISO.format(joined)));
    item.put("address", address());
    item.put("loyaltyPoints", n(Integer.toString(random.nextInt(20_000))));
    item.put("marketing.optIn", bool(random.nextBoolean()));
    if (number % 3 == 0) {
      item.put("phone", nil());
    } else if (number % 3 == 1) {
      item.put("phone", s("+99 555 01%04d".formatted(number)));
    }
    if (number % 4 == 0) {
      item.put("interests", set("SS", distinct(GOODS, 1 + random.nextInt(3)), true));
    }
    Map<String, String> ratings = new LinkedHashMap<>();
    for (int i = random.nextInt(12); i > 0; i--) {
      ratings.put(sku(1 + random.nextInt(PRODUCTS)), n(Integer.toString(1 + random.nextInt(5))));
    }
    item.put("ratings", m(ratings));
    return item;
  }

  private Map<String, String> product(int number) {
    String goods = GOODS.get(number % GOODS.size());
    Map<String, String> item = new LinkedHashMap<>();
    item.put("pk", s("PROD#" + sku(number)));
    item.put("sk", s("INFO"));
    item.put("entity", s("product"));
    item.put("sku", s(sku(number)));
    item.put(
        "title", s(pick(STYLES) + " " + goods + (number % 17 == 0 ? " ☂ “limited”\nedition" : "")));
    item.put("price", n(price(number).toPlainString()));
    item.put("createdAt", s(ISO.format(moment())));
    item.put("categories", set("SS", distinct(GOODS, 1 + number % 3), true));
    item.put(
        "sizes", set("NS", List.of("36", "38.5", "40", "42").subList(0, 1 + number % 4), false));
    Map<String, String> dimensions = new LinkedHashMap<>();
    dimensions.put("widthMm", n(Integer.toString(50 + random.nextInt(400))));
    dimensions.put("heightMm", n(Integer.toString(20 + random.nextInt(300))));
    dimensions.put(
        "weightKg",
        n(BigDecimal.valueOf(50 + random.nextInt(4000), 3).stripTrailingZeros().toPlainString()));
    item.put("dimensions", m(dimensions));
    item.put("thumbnail", b(24));
    if (number % 5 == 0) {
      item.put("swatches", "{\"BS\":[" + quote(base64(3)) + "," + quote(base64(4)) + "]}");
    }
    if (number % 10 == 0) {
      // 38 significant digits, the most that DynamoDB keeps
      item.put("serialNumber", n("1234567890123456789012345678901" + "%07d".formatted(number + 7)));
    }
    item.put("discontinued", number % 11 == 0 ? bool(true) : nil());
    return item;
  }

  private Map<String, String> order(int number) {
    return order(number, moment(), pick(STATUSES));
  }

  Map<String, String> order(int number, Instant created, String status) {
    Map<String, String> item = new LinkedHashMap<>();
    item.put("pk", s("CUST#%04d".formatted(1 + random.nextInt(CUSTOMERS))));
    item.put("sk", s("ORDER#%05d".formatted(number)));
    item.put("entity", s("order"));
    item.put("id", s("O-%05d".formatted(number)));
    item.put("createdAt", s(ISO.format(created)));
    item.put("updatedAt", n(Long.toString(created.getEpochSecond() + random.nextInt(400_000))));
    item.put("status", s(status));

    BigDecimal total = BigDecimal.ZERO;
    int pieces = 0;
    List<String> lines = new ArrayList<>();
    // now and then somebody orders for a whole office
    for (int i = 1 + random.nextInt(number % 30 == 0 ? 25 : 3); i > 0; i--) {
      int product = 1 + random.nextInt(PRODUCTS);
      int quantity = 1 + random.nextInt(4);
      Map<String, String> line = new LinkedHashMap<>();
      line.put("sku", s(sku(product)));
      line.put("qty", n(Integer.toString(quantity)));
      line.put("price", n(price(product).toPlainString()));
      if (random.nextInt(8) == 0) {
        line.put("engraving", s("für " + pick(FIRST_NAMES)));
      }
      lines.add(m(line));
      pieces += quantity;
      total = total.add(price(product).multiply(BigDecimal.valueOf(quantity)));
    }
    item.put("lines", "{\"L\":[" + String.join(",", lines) + "]}");
    // an old client of the shop wrote the quantity as text, sometimes not even as a number
    item.put(
        "qty",
        number % 40 != 0
            ? n(Integer.toString(pieces))
            : s(number % 80 == 0 ? "a dozen" : Integer.toString(pieces)));
    item.put("total", n(total.setScale(2, RoundingMode.UNNECESSARY).toPlainString()));
    item.put("gift", bool(random.nextInt(6) == 0));
    item.put("shipTo", address());
    if (random.nextInt(4) == 0) {
      item.put("coupon", random.nextBoolean() ? s("WELCOME10") : nil());
    }
    if (status.equals("DELIVERED") || status.equals("SHIPPED")) {
      Map<String, String> event = new LinkedHashMap<>();
      event.put("status", s("SHIPPED"));
      event.put("at", n(Long.toString(created.getEpochSecond() + 86_400)));
      item.put(
          "events",
          "{\"L\":[" + s("packed") + "," + m(event) + (number % 2 == 0 ? "," + n("2") : "") + "]}");
    } else {
      item.put("events", "{\"L\":[]}");
    }
    if (number % 25 == 0) {
      item.put("note", s("Please ring twice — merci beaucoup 🎁 \\o/"));
    }
    if (status.equals("CANCELLED")) {
      item.put("expiresAt", n(Long.toString(created.getEpochSecond() + 90L * 86_400)));
    }
    return item;
  }

  private String address() {
    List<String> city = pick(CITIES);
    Map<String, String> address = new LinkedHashMap<>();
    address.put("street", s("Rue de l'Exemple " + (1 + random.nextInt(99))));
    address.put("city", s(city.get(0)));
    address.put("zip", s("%05d".formatted(random.nextInt(100_000))));
    address.put("country", s(city.get(1)));
    return m(address);
  }

  private Instant moment() {
    long millis = EXPORT_TIME.toEpochMilli() - FIRST_DAY.toEpochMilli();
    return FIRST_DAY.plusMillis((long) (random.nextDouble() * millis));
  }

  private static String sku(int number) {
    return "%c-%03d".formatted('A' + number % 26, number);
  }

  static BigDecimal price(int number) {
    return BigDecimal.valueOf(495 + number * 7919L % 12_000, 2);
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private List<String> distinct(List<String> list, int count) {
    int start = random.nextInt(list.size());
    List<String> picked = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      picked.add(list.get((start + i) % list.size()));
    }
    return picked;
  }

  // ---- DynamoDB JSON

  static String s(String text) {
    return "{\"S\":" + quote(text) + "}";
  }

  static String n(String digits) {
    return "{\"N\":\"" + digits + "\"}";
  }

  private String b(int length) {
    return "{\"B\":" + quote(base64(length)) + "}";
  }

  private String base64(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String bool(boolean value) {
    return "{\"BOOL\":" + value + "}";
  }

  private static String nil() {
    return "{\"NULL\":true}";
  }

  private static String set(String descriptor, List<String> members, boolean text) {
    return members.stream()
        .map(member -> text ? quote(member) : "\"" + member + "\"")
        .collect(Collectors.joining(",", "{\"" + descriptor + "\":[", "]}"));
  }

  static String m(Map<String, String> values) {
    return "{\"M\":" + map(values) + "}";
  }

  static String map(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> quote(entry.getKey()) + ":" + entry.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  // ---- bytes

  static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(stored)) {
      gzip.write(bytes); // the JDK writes no time into the header
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return stored.toByteArray();
  }

  static String md5(byte[] bytes) {
    return Base64.getEncoder().encodeToString(digest(bytes));
  }

  static String hex(String text) {
    StringBuilder hex = new StringBuilder();
    for (byte octet : digest(text.getBytes(StandardCharsets.UTF_8))) {
      hex.append("%02x".formatted(octet));
    }
    return hex.toString();
  }

  private static byte[] digest(byte[] bytes) {
    try {
      return MessageDigest.getInstance("MD5").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
