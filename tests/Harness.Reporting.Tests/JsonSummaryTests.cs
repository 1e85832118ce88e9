namespace Harness.Reporting.Tests;

public sealed class JsonSummaryTests
{
    [Test]
    public void One_object_holds_the_documented_fields()
    {
        using var json = Render(Runs.Mixed());
        var root = json.RootElement;
        Assert.That(Names(root), Is.EqualTo(new[]
        {
            "schema", "run_id", "record", "verdict", "exit_code", "complete", "harness_version", "rig", "started_at", "duration_ms",
            "counts", "scenarios", "timing", "budgets", "devices", "deselected", "problems", "plugins",
        }));
        Assert.That(root.GetProperty("verdict").GetString(), Is.EqualTo("fail"));
        Assert.That(root.GetProperty("exit_code").GetInt32(), Is.EqualTo(1));
        Assert.That(root.GetProperty("complete").GetBoolean());
        Assert.That(root.GetProperty("counts").GetRawText().Where(c => !char.IsWhiteSpace(c)), Is.EqualTo(
            """{"passed":1,"failed":1,"inconclusive":1,"rig_errors":1,"unjudgeable":0,"aborted":0,"never_started":0,"deselected":1}"""));
    }

    [Test]
    public void A_failure_a_number_and_a_budget_carry_their_units_and_provenance()
    {
        using var json = Render(Runs.Mixed());
        var failed = json.RootElement.GetProperty("scenarios")[2];
        Assert.That(failed.GetProperty("verdict").GetString(), Is.EqualTo("rig-error"));
        Assert.That(Names(failed.GetProperty("failure")), Is.EqualTo(new[] { "phase", "step", "item", "expected", "seen", "unit", "next_command", "at", "add" }));
        Assert.That(failed.GetProperty("failure").GetProperty("unit").GetString(), Is.EqualTo("ms"));
        Assert.That(json.RootElement.GetProperty("scenarios")[0].GetProperty("failure").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(Compact(json.RootElement.GetProperty("timing")[0]), Is.EqualTo(
            """{"device":"m4","operation":"aug.init","unit":"instructions","clock":"device","provenance":"emulated-instructions","n":3,"min":34900000,"p50":34900000,"p99":null,"max":34900000,"exact":true}"""));
        Assert.That(json.RootElement.GetProperty("budgets")[0].GetProperty("observed").ValueKind, Is.EqualTo(JsonValueKind.Null), "not-a-number");
    }

    [Test]
    public void A_run_that_was_cut_short_says_so()
    {
        using var json = Render(Runs.Mixed()[..12]);
        Assert.That(json.RootElement.GetProperty("complete").GetBoolean(), Is.False);
        Assert.That(json.RootElement.GetProperty("exit_code").GetInt32(), Is.EqualTo(130));
        Assert.That(json.RootElement.GetProperty("counts").GetProperty("never_started").GetInt32(), Is.EqualTo(2));
        Assert.That(json.RootElement.GetProperty("problems")[0].GetString(), Does.Contain("aborted"));
    }

    [Test]
    public void An_empty_record_is_one_object_too()
    {
        using var json = Render([]);
        Assert.That(json.RootElement.GetProperty("verdict").GetString(), Is.EqualTo("aborted"));
        Assert.That(json.RootElement.GetProperty("rig").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    private static JsonDocument Render(RunEvent[] events) => JsonDocument.Parse(JsonSummary.Render(RunResult.From(events)));

    private static string[] Names(JsonElement e) => [.. e.EnumerateObject().Select(p => p.Name)];

    private static string Compact(JsonElement e) => string.Concat(e.GetRawText().Where(c => !char.IsWhiteSpace(c)));
}
