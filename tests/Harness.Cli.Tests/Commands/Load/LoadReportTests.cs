using Harness.Cli.Commands.Load;

namespace Harness.Cli.Tests.Commands.Load;

/// <summary>Checks the table of <c>harness load</c>.</summary>
[TestFixture]
public sealed class LoadReportTests
{
    private static readonly string[] Brokers = ["ours", "other"];

    [Test]
    public void A_ratio_is_of_one_round_each_and_above_1_where_the_first_is_better()
    {
        var rate = Column("ours", true, 100, 300, 200);
        var slower = Column("other", true, 50, 300, 400);
        Assert.That(rate.Against(slower), Is.EqualTo((1d, 0.5, 2d)));
        Assert.That(Column("ours", false, 100).Against(Column("other", false, 200)).Median, Is.EqualTo(2d), "half the time is twice as good");
        Assert.That((rate.Median, Column("x", true, 1, 2).Median, Column("x", true).Median), Is.EqualTo((200d, 1.5, double.NaN)));
    }

    [Test]
    public void The_table_has_a_row_a_figure_a_column_a_broker_and_tells_losses()
    {
        var text = LoadReport.Render(Rows(), Brokers);
        Assert.That(text, Does.Contain("ours to other"));
        Assert.That(text, Does.Match(@"QoS 1, 64 bytes +200 /s +100 /s +2 \(2 to 2\)").Or.Match(@"QoS 1, 64 bytes +200/s +100/s +2 \(2 to 2\)"));
        Assert.That(text, Does.Contain("other lost 7 messages"));
        Assert.That(text, Does.Match(@"memory +none +- "));
    }

    [Test]
    public void The_table_of_a_document_has_the_same_cells()
    {
        var lines = LoadReport.RenderMarkdown(Rows(), Brokers).ReplaceLineEndings("\n").Split('\n');
        Assert.That(lines[..2], Is.EqualTo(new[] { "| | ours | other | ours to other |", "|---|---|---|---|" }));
        Assert.That(lines[2], Does.Match(@"^\| QoS 1, 64 bytes \| 200 ?/s \| 100 ?/s \| 2 \(2 to 2\) \|$"));
        Assert.That(lines[3], Is.EqualTo("| memory | none | - | - |"));
    }

    [Test]
    public void Programs_read_every_round()
    {
        var json = JsonDocument.Parse(LoadReport.RenderJson(Rows(), 1)).RootElement;
        Assert.That(json.GetProperty("figures")[1].GetProperty("lost").GetInt64(), Is.EqualTo(7));
        Assert.That(json.GetProperty("figures")[2].GetProperty("median").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    private static List<IGrouping<string, LoadColumn>> Rows() =>
    [
        .. new[]
        {
            ("QoS 1, 64 bytes", Column("ours", true, 200)),
            ("QoS 1, 64 bytes", new LoadColumn("other", [new LoadFigure("", 100, "/s", true, 7)])),
            ("memory", new LoadColumn("ours", [new LoadFigure("", double.NaN, "B", false)])),
        }.GroupBy(r => r.Item1, r => r.Item2),
    ];

    private static LoadColumn Column(string broker, bool more, params double[] values) => new(broker, [.. values.Select(v => new LoadFigure("", v, "/s", more))]);
}
