package io.dynamodblake.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.conf.Option;
import io.dynamodblake.conf.Options;
import io.dynamodblake.conf.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Says what the ways of a table cost and how long they take. */
final class EstimateCommand implements Command {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Override
  public String name() {
    return "estimate";
  }

  @Override
  public String summary() {
    return "Says what exporting, flattening, restoring, importing and scanning a table costs";
  }

  @Override
  public String synopsis() {
    return "estimate --size SIZE --items N [OPTIONS]";
  }

  @Override
  public List<String> description() {
    return List.of(
        "Reckons from the size of a table, as the DynamoDB console and DescribeTable say it, with the prices in"
            + " conf/prices.properties: list prices of one region, to be replaced by yours. Nothing is called and nothing is"
            + " written.");
  }

  @Override
  public List<Option<?>> options() {
    return Options.ESTIMATE;
  }

  @Override
  public List<String> examples() {
    return List.of(
        "estimate --size 120GB --items 250000000",
        "estimate --size 2TB --items 900000000 --vcpus 200 --prices prices.properties");
  }

  @Override
  public void run(CommandRun run) throws IOException {
    Prices prices = prices(run);
    Estimate estimate =
        Estimate.of(
            run.value(Options.TABLE_SIZE),
            run.value(Options.TABLE_ITEMS),
            prices,
            run.value(Options.VCPUS),
            run.value(Options.ESTIMATE_RCU),
            run.value(Options.ESTIMATE_WCU));
    if (run.value(Options.JSON)) {
      run.terminal().out().print(json(estimate, prices));
    } else {
      table(run, estimate, prices);
    }
  }

  /** The prices that {@code --prices} says, on top of the built-in ones. */
  static Prices prices(CommandRun run) throws IOException {
    Optional<String> file = run.find(Options.PRICES);
    if (file.isEmpty()) {
      return Prices.builtIn();
    }
    try {
      Path path = Path.of(file.get());
      if (Files.isRegularFile(path)) {
        return Prices.builtIn().with(Files.readString(path), file.get());
      }
    } catch (InvalidPathException e) {
      // there is no such file then
    }
    throw new UsageException("Cannot read prices: there is no file " + file.get());
  }

  private static void table(CommandRun run, Estimate estimate, Prices prices) {
    run.print(
        "A table of %s and %s"
            .formatted(
                Quantities.bytes(estimate.tableBytes()),
                Quantities.count(estimate.items(), "item")));
    run.print("");
    TextTable table =
        new TextTable(
            List.of("work", prices.currency(), "takes", "rests on"),
            List.of(
                TextTable.Column.LEFT,
                TextTable.Column.RIGHT,
                TextTable.Column.RIGHT,
                TextTable.Column.FLEXIBLE));
    for (Estimate.Line line : estimate.lines()) {
      table.add(
          line.work(),
          Estimate.money(line.cost()),
          line.duration().map(Quantities::time).orElse(""),
          line.basis());
    }
    table.lines(run.terminal().width(), run.terminal()::bold).forEach(run::print);
    run.print("");
    run.print("Prices: " + prices.source() + "; give yours with --prices");
  }

  private static String json(Estimate estimate, Prices prices) {
    ObjectNode tree = MAPPER.createObjectNode();
    tree.put("format", "dynamodb-lake/estimate");
    tree.put("formatVersion", 1);
    tree.put("tableBytes", estimate.tableBytes());
    tree.put("items", estimate.items());
    tree.put("currency", prices.currency());
    tree.put("pricesOf", prices.source());
    ArrayNode lines = tree.putArray("lines");
    for (Estimate.Line line : estimate.lines()) {
      ObjectNode node = lines.addObject();
      node.put("work", line.work());
      node.put("cost", line.cost());
      line.duration().ifPresent(duration -> node.put("seconds", duration.toSeconds()));
      node.put("restsOn", line.basis());
    }
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot print a document made here", e);
    }
  }
}
