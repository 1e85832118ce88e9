namespace Harness.Bench.Tests;

/// <summary>A rig of twelve emulated boards.</summary>
public sealed class ManyBoardsTests
{
    private const int Boards = 12;

    [Test]
    [Category("Long")]
    public async Task Twelve_emulated_boards_of_one_rig_answer_while_all_of_them_run()
    {
        var text = "rig: many\nserver: s\ntimeouts: {reply: 20 s, boot: 60 s}\ndevices:\n" + string.Concat(Enumerable.Range(1, Boards).Select(i =>
            $"  b{i}: {{kind: serial, driver: qemu-stm32f405, elf: firmware/build/stm32f405.elf, edges: {(i % 2 == 0 ? "true" : "false")}}}\n"));
        await using var bench = new TestBench(RigFile.Parse(text, TestEnvironment.Rig("many.yaml")), new TestBenchOptions());
        bench.BeginScenario("many", null);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var boards = await Task.WhenAll(bench.Devices.Select(d => bench.GetBoardAsync(d.Name, limit.Token).AsTask()));
        var replies = await Task.WhenAll(boards.Select(board => board.AskAsync("ID", [], limit.Token).AsTask()));
        Assert.That(replies.Select(reply => reply.Values["board"]), Is.EqualTo(Enumerable.Repeat("stm32f405", Boards)));
        Assert.That(bench.Devices.Select(d => d.EmulatorProcessId), Is.Unique);
        var sums = await Task.WhenAll(boards.Select(board => board.MeasureAsync("sha256-block", 3, limit.Token).AsTask()));
        Assert.That(sums.Select(measured => measured.Sum).Distinct().Count(), Is.EqualTo(1), "each counts its own instructions, whatever runs beside it");
    }
}
