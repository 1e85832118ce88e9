namespace Harness.Cli.Tests.Commands;

/// <summary><c>leak --all</c> as a user types it.</summary>
public sealed class LeakAllTests
{
    [Test]
    [Category("Long")]
    public async Task Every_subject_of_an_exact_board_is_a_line_of_the_table()
    {
        using var typed = new TypedCommand();
        var result = await typed.RunAsync("leak", "--all", "--device", "avr", "--samples", "2");
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        var lines = result.Stdout.TrimEnd().Split('\n');
        Assert.That(lines[^1], Does.StartWith("record: runs/").And.EndWith("/run.jsonl"));
        lines = lines[..^1];
        Assert.That(lines.Skip(1).SkipLast(1).Select(l => l.Split(' ')[0]), Is.EqualTo(new[] { "present-key", "present-data", "aug-password", "aug-password-provision", "aug-tag" }));
        Assert.That(lines.Skip(1).SkipLast(1), Is.All.Contain(" equal ").And.All.Contain("equal to the count"));
        Assert.That(lines[^1], Is.EqualTo("avr: 5 of 5 subjects tell nothing"));
    }

    [Test]
    public async Task A_subject_that_a_board_cannot_run_says_why_and_counts_nothing_but_undecided_counts()
    {
        using var typed = new TypedCommand();
        var list = await typed.RunAsync("leak", "--list", "--device", "board", "--rig", TypedCommand.Posix);
        Assert.That((list.ExitCode, list.Stdout), Is.EqualTo((0, list.Stdout)), list.ToString());
        Assert.That(list.Stdout, Does.Contain("aug-tag").And.Contain("not here: a refusal carries no t="));

        var result = await typed.RunAsync("leak", "--all", "--json", "--device", "board", "--samples", "2", "--rig", TypedCommand.Posix);
        Assert.That(result.ExitCode, Is.EqualTo(4), result.ToString());
        var json = JsonDocument.Parse(result.Stdout).RootElement;
        var subjects = json.GetProperty("subjects").EnumerateArray().ToDictionary(s => s.GetProperty("subject").GetString()!);
        Assert.That(json.GetProperty("verdict").GetString(), Is.EqualTo("inconclusive"));
        Assert.That(subjects["present-key"].GetProperty("steps")[0].GetProperty("first").GetArrayLength(), Is.EqualTo(2));
        Assert.That((subjects["hop-tag"].GetProperty("verdict").ValueKind, subjects["hop-tag"].GetProperty("missing").GetString()), Is.EqualTo((JsonValueKind.Null, subjects["hop-tag"].GetProperty("words").GetString())));
    }

    [Test]
    public async Task A_board_that_does_not_come_up_is_the_rigs_fault()
    {
        using var typed = new TypedCommand();
        var rig = File.ReadAllText(TypedCommand.Posix).Replace("elf: firmware/", "elf: nowhere/", StringComparison.Ordinal);
        var result = await typed.RunAsync("leak", "--all", "--device", "board", "--rig", typed.Write("gone.yaml", rig));
        Assert.That((result.ExitCode, result.Stdout), Is.EqualTo((3, "")), result.ToString());
    }
}
