package io.dynamodblake.bench;

import io.dynamodblake.schema.Column;
import io.dynamodblake.schema.Conversion;
import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.schema.LakeType;
import io.dynamodblake.schema.TableSchema;
import io.dynamodblake.schema.ValueMapping;
import io.dynamodblake.schema.ValueMapping.Field;
import io.dynamodblake.schema.ValueMapping.Scalar;
import io.dynamodblake.schema.ValueMapping.Sequence;
import io.dynamodblake.schema.ValueMapping.Struct;
import io.dynamodblake.type.Descriptor;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** A kind of table that the benchmarks run on: how its items look and the schema they fit. */
enum Shape {
  /**
   * An order of a shop, 0.7 to 0.9 KB: strings, decimals, epoch milliseconds, a set, a list of
   * maps, nested maps, binary, sometimes NULL, sometimes missing.
   */
  ORDERS(Shape::order, orderColumns()),
  /** Five short strings, where the cost of a line weighs more than that of its values. */
  NARROW(Shape::narrow, narrowColumns()),
  /** Forty of two thousand attributes in each item. */
  WIDE(Shape::wide, wideColumns()),
  /** As large as DynamoDB allows: 400 KB in a text, a binary and a list of numbers. */
  LARGE(Shape::large, largeColumns()),
  /** Five thousand attributes, all of them in each item. */
  BROAD(Shape::broad, broadColumns());

  private static final int WIDE_ATTRIBUTES =
      1999; // and the key: as many columns as a table may have
  private static final int WIDE_PRESENT = 40;
  private static final int WIDE_STEP = WIDE_ATTRIBUTES / WIDE_PRESENT;

  private static final int BROAD_ATTRIBUTES = 5000;
  private static final int LARGE_TEXT_WORDS = 33_000;
  private static final int LARGE_BINARY_BYTES = 120_000;
  private static final int LARGE_LIST = 5_000;

  private static final String[] WORDS = {
    "amber", "basalt", "cobalt", "dune", "ember", "fjord", "garnet", "harbour", "indigo", "juniper",
    "kelp", "lagoon", "meadow", "nectar", "onyx", "pebble", "quartz", "river", "saffron", "tundra"
  };
  private static final String[] CITIES = {
    "Lyon", "Köln", "Malmö", "Porto", "Łódź", "Torino", "Gent", "Tampere", "Graz", "Cork"
  };
  private static final String[] STATUSES = {
    "PLACED", "PAID", "PACKED", "SHIPPED", "DELIVERED", "RETURNED"
  };
  private static final long FIRST_MILLIS = 1_700_000_000_000L;
  private static final long SPAN_MILLIS = 63_072_000_000L;

  private final ItemWriter writer;
  private final List<Column> columns;

  Shape(ItemWriter writer, List<Column> columns) {
    this.writer = writer;
    this.columns = columns;
  }

  /** Writes the attributes of one item. */
  private interface ItemWriter {
    void write(StringBuilder line, long number, SplittableRandom random);
  }

  static Shape of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  String lowerCaseName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Appends one line of a data file, line end included. */
  void appendLine(StringBuilder line, long number, SplittableRandom random) {
    line.append("{\"Item\":{");
    writer.write(line, number, random);
    line.append("}}\n");
  }

  /** The schema that every generated item fits. */
  TableSchema schema() {
    return new TableSchema(
        lowerCaseName(), List.of(KeyAttribute.parse(columns.get(0).attribute() + ":S")), columns);
  }

  // ---- orders

  private static void order(StringBuilder line, long number, SplittableRandom random) {
    long created = FIRST_MILLIS + random.nextLong(SPAN_MILLIS);
    string(line, "orderId", "O-" + Long.toHexString(number * 0x9E3779B97F4A7C15L) + "-" + number);
    string(line, "customerId", "C-" + random.nextInt(200_000));
    string(line, "status", STATUSES[random.nextInt(STATUSES.length)]);
    number(line, "createdAt", Long.toString(created));
    number(line, "updatedAtMillis", Long.toString(created + random.nextInt(400_000_000)));
    number(line, "total", decimal(random, 1_000_000, 2));
    number(line, "taxRate", decimal(random, 300_000, 6));
    number(line, "loyaltyPoints", Integer.toString(random.nextInt(50_000)));
    name(line, "paid").append("{\"BOOL\":").append(random.nextInt(10) > 0).append("},");
    // one in eight items comes from a client that writes its attributes in another order
    boolean otherClient = number % 8 == 0;
    if (otherClient) {
      address(line, random);
    }
    lines(line, random);
    name(line, "tags").append("{\"SS\":[");
    int firstTag = random.nextInt(WORDS.length);
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      line.append('"').append(WORDS[(firstTag + i) % WORDS.length]).append("\",");
    }
    end(line, "]},");
    if (!otherClient) {
      address(line, random);
    }
    byte[] fingerprint = new byte[24];
    for (int i = 0; i < fingerprint.length; i++) {
      fingerprint[i] = (byte) random.nextInt();
    }
    name(line, "fingerprint")
        .append("{\"B\":\"")
        .append(Base64.getEncoder().encodeToString(fingerprint))
        .append("\"},");
    int coupon = random.nextInt(10);
    if (coupon == 0) {
      string(line, "coupon", "WELCOME10");
    } else if (coupon < 3) {
      name(line, "coupon").append("{\"NULL\":true},");
    }
    if (random.nextInt(3) == 0) {
      number(line, "deliveredAt", Long.toString(created + 86_400_000L * (1 + random.nextInt(9))));
    }
    if (random.nextInt(8) == 0) {
      string(line, "note", "Ring twice, \\\"" + WORDS[random.nextInt(20)] + "\\\" at the door ☂");
    }
    end(line, "");
  }

  private static void lines(StringBuilder line, SplittableRandom random) {
    name(line, "lines").append("{\"L\":[");
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      line.append("{\"M\":{");
      string(line, "sku", "SKU-" + random.nextInt(90_000));
      number(line, "qty", Integer.toString(1 + random.nextInt(9)));
      number(line, "price", decimal(random, 90_000, 2));
      end(line, "}},");
    }
    end(line, "]},");
  }

  private static void address(StringBuilder line, SplittableRandom random) {
    name(line, "shipTo").append("{\"M\":{");
    string(line, "recipient", WORDS[random.nextInt(20)] + " " + WORDS[random.nextInt(20)]);
    string(line, "street", WORDS[random.nextInt(20)] + " street " + random.nextInt(300));
    string(line, "city", CITIES[random.nextInt(CITIES.length)]);
    string(line, "zip", Integer.toString(10_000 + random.nextInt(89_999)));
    name(line, "geo").append("{\"M\":{");
    number(line, "lat", decimal(random, 89_000_000, 6));
    number(line, "lon", decimal(random, 179_000_000, 6));
    end(line, "}},");
    end(line, "}},");
  }

  private static List<Column> orderColumns() {
    ValueMapping text = Scalar.of(Descriptor.S, LakeType.STRING);
    ValueMapping whole = Scalar.of(Descriptor.N, LakeType.BIGINT);
    ValueMapping money = Scalar.of(Descriptor.N, LakeType.decimal(18, 2));
    ValueMapping exact = Scalar.of(Descriptor.N, LakeType.decimal(18, 6));
    ValueMapping moment = new Scalar(Descriptor.N, LakeType.TIMESTAMP, Conversion.EPOCH_MILLIS);
    Struct geo = new Struct(List.of(field("lat", exact), field("lon", exact)));
    Struct line =
        new Struct(List.of(field("sku", text), field("qty", whole), field("price", money)));
    return List.of(
        column("orderId", text),
        column("customerId", text),
        column("status", text),
        column("createdAt", moment),
        column("updatedAtMillis", whole),
        column("total", money),
        column("taxRate", exact),
        column("loyaltyPoints", whole),
        column("paid", Scalar.of(Descriptor.BOOL, LakeType.BOOLEAN)),
        column("lines", new Sequence(Descriptor.L, line)),
        column("tags", new Sequence(Descriptor.SS, text)),
        column(
            "shipTo",
            new Struct(
                List.of(
                    field("recipient", text),
                    field("street", text),
                    field("city", text),
                    field("zip", text),
                    field("geo", geo)))),
        column("fingerprint", Scalar.of(Descriptor.B, LakeType.BINARY)),
        column("coupon", text),
        column("deliveredAt", moment),
        column("note", text));
  }

  // ---- narrow

  private static void narrow(StringBuilder line, long number, SplittableRandom random) {
    string(line, "userId", "user_" + number);
    string(line, "fullName", WORDS[random.nextInt(20)] + " " + WORDS[random.nextInt(20)]);
    string(line, "role", random.nextInt(20) == 0 ? "admin" : "user");
    string(line, "email", "user_" + number + "@mail.example");
    string(line, "city", CITIES[random.nextInt(CITIES.length)]);
    end(line, "");
  }

  private static List<Column> narrowColumns() {
    List<Column> columns = new ArrayList<>();
    for (String name : List.of("userId", "fullName", "role", "email", "city")) {
      columns.add(column(name, Scalar.of(Descriptor.S, LakeType.STRING)));
    }
    return columns;
  }

  // ---- wide

  private static void wide(StringBuilder line, long number, SplittableRandom random) {
    string(line, "deviceId", "D-" + number);
    for (int i = 0; i < WIDE_PRESENT; i++) {
      int attribute = i * WIDE_STEP + random.nextInt(WIDE_STEP);
      if (attribute % 2 == 0) {
        number(line, "reading" + attribute, Integer.toString(random.nextInt(1_000_000)));
      } else {
        string(line, "label" + attribute, WORDS[random.nextInt(20)]);
      }
    }
    end(line, "");
  }

  private static List<Column> wideColumns() {
    List<Column> columns = new ArrayList<>();
    columns.add(column("deviceId", Scalar.of(Descriptor.S, LakeType.STRING)));
    for (int i = 0; i < WIDE_ATTRIBUTES; i++) {
      columns.add(
          i % 2 == 0
              ? column("reading" + i, Scalar.of(Descriptor.N, LakeType.BIGINT))
              : column("label" + i, Scalar.of(Descriptor.S, LakeType.STRING)));
    }
    return columns;
  }

  // ---- large

  private static void large(StringBuilder line, long number, SplittableRandom random) {
    string(line, "documentId", "L-" + number);
    name(line, "text").append("{\"S\":\"");
    for (int i = 0; i < LARGE_TEXT_WORDS; i++) {
      line.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
    }
    line.append("\"},");
    byte[] image = new byte[LARGE_BINARY_BYTES];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) random.nextInt();
    }
    name(line, "image")
        .append("{\"B\":\"")
        .append(Base64.getEncoder().encodeToString(image))
        .append("\"},");
    name(line, "readings").append("{\"L\":[");
    for (int i = 0; i < LARGE_LIST; i++) {
      line.append("{\"N\":\"").append(random.nextInt(1_000_000)).append("\"},");
    }
    end(line, "]}");
  }

  private static List<Column> largeColumns() {
    return List.of(
        column("documentId", Scalar.of(Descriptor.S, LakeType.STRING)),
        column("text", Scalar.of(Descriptor.S, LakeType.STRING)),
        column("image", Scalar.of(Descriptor.B, LakeType.BINARY)),
        column("readings", new Sequence(Descriptor.L, Scalar.of(Descriptor.N, LakeType.BIGINT))));
  }

  // ---- broad

  private static void broad(StringBuilder line, long number, SplittableRandom random) {
    string(line, "deviceId", "B-" + number);
    for (int i = 0; i < BROAD_ATTRIBUTES; i++) {
      number(line, "reading" + i, Integer.toString(random.nextInt(1_000)));
    }
    end(line, "");
  }

  private static List<Column> broadColumns() {
    List<Column> columns = new ArrayList<>();
    columns.add(column("deviceId", Scalar.of(Descriptor.S, LakeType.STRING)));
    for (int i = 0; i < BROAD_ATTRIBUTES; i++) {
      columns.add(column("reading" + i, Scalar.of(Descriptor.N, LakeType.BIGINT)));
    }
    return columns;
  }

  // ---- parts

  private static Column column(String attribute, ValueMapping mapping) {
    return Column.of(attribute.toLowerCase(Locale.ROOT), attribute, mapping);
  }

  private static Field field(String attribute, ValueMapping mapping) {
    return new Field(attribute.toLowerCase(Locale.ROOT), attribute, mapping);
  }

  private static StringBuilder name(StringBuilder line, String name) {
    return line.append('"').append(name).append("\":");
  }

  private static void string(StringBuilder line, String name, String escaped) {
    name(line, name).append("{\"S\":\"").append(escaped).append("\"},");
  }

  private static void number(StringBuilder line, String name, String digits) {
    name(line, name).append("{\"N\":\"").append(digits).append("\"},");
  }

  /** Takes the last comma back. */
  private static void end(StringBuilder line, String end) {
    line.setLength(line.length() - 1);
    line.append(end);
  }

  /** As DynamoDB writes it: without trailing zeros. */
  private static String decimal(SplittableRandom random, int unscaledBound, int scale) {
    BigDecimal value = BigDecimal.valueOf(1 + random.nextInt(unscaledBound), scale);
    return value.stripTrailingZeros().toPlainString();
  }
}
