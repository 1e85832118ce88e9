using Harness.Cli.Commands.Labs;

namespace Harness.Cli.Tests.Labs;

/// <summary>Rigs that are drained and runs that are held, each for as long as its reason lasts.</summary>
[NonParallelizable]
[Category("Long")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LabDrainTests
{
    private const string Poison = """
        Feature: Poison

          Scenario: The board falls silent wherever it is
            Given a broker with enhanced authentication
            And board is enrolled at the broker on group p256
            When board falls silent
            And board logs in
            Then the login succeeds
        """;

    private readonly string _image = Path.Combine(ProductPaths.Root, "rigs", "firmware", "build", "posix");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("harness-image-");
    private SlurmLab _lab = null!;

    [TearDown]
    public async Task End()
    {
        await (_lab?.DisposeAsync() ?? ValueTask.CompletedTask);
        _folder.Delete(recursive: true);
    }

    [Test]
    public async Task A_rig_whose_board_is_dead_is_drained_and_comes_back_with_its_board()
    {
        await StartAsync("node_timeout: 10 s\nhealth_every: 3 s\n");
        KillBoard();
        await _lab.UntilAsync(() => State("pi1").Contains("DRAIN", StringComparison.Ordinal), "the doctor drains it");
        var rigs = await _lab.TypeAsync("rigs");
        Assert.That(rigs.Stdout, Does.Contain("pi1  drained: harness: doctor: BROKEN"), rigs.ToString());
        GiveBoard();
        await _lab.UntilFreeAsync();
    }

    [Test]
    public async Task A_rig_that_breaks_three_runs_is_drained_until_the_doctor_finds_it_well_and_another_judges_them()
    {
        await StartAsync("node_timeout: 10 s\nhealth_every: 60 min\n");
        KillBoard();
        Control("update", "NodeName=pi2", "State=DRAIN", "Reason=a new cable");
        var runs = _lab.Submit(3, _lab.Feature("board.feature", WorkFolder.PassingBoard));
        await _lab.UntilAsync(() => State("pi1").Contains("DRAIN", StringComparison.Ordinal), "its third broken run drains it");
        var rigs = await _lab.TypeAsync("rigs");
        Assert.That(rigs.Stdout, Does.Contain($"pi1  drained: harness: broke jobs {string.Join(' ', runs.Select(run => run.Job))}").And.Contain("pi2  drained: a new cable"), rigs.ToString());
        Assert.That(runs.Select(run => string.Join(' ', run.Run.BrokenHosts())), Is.All.EqualTo("pi1"));

        Control("update", "NodeName=pi2", "State=RESUME");
        foreach (var run in runs)
        {
            await _lab.UntilEndedAsync(run);
        }

        Assert.That(_lab.Results(runs).Select(result => (result.Attempt, result.Host, result.Verdict)), Is.EqualTo(Enumerable.Repeat((2, "pi2", Verdict.Pass), 3)));

        // While its board is dead a visit of the doctor leaves it drained; then one brings it back.
        var still = await VisitAsync("pi1");
        Assert.That((still.ExitCode, State("pi1")), Is.EqualTo((0, "IDLE+DRAIN")), still.ToString());
        GiveBoard();
        await VisitAsync("pi1");
        await _lab.UntilFreeAsync();
    }

    [Test]
    public async Task A_run_that_is_cancelled_leaves_the_count_of_what_its_rig_broke()
    {
        await StartAsync("node_timeout: 10 s\nhealth_every: 60 min\n");
        Control("update", "NodeName=pi2", "State=DRAIN", "Reason=a new cable");
        KillBoard();
        var feature = _lab.Feature("board.feature", WorkFolder.PassingBoard);
        List<SubmittedRun> broken = [.. _lab.Submit(2, feature)];
        await _lab.UntilAsync(() => broken.All(run => run.Run.BrokenHosts() is ["pi1"]) && State("pi1") == "IDLE", "pi1 breaks two");

        GiveBoard();
        var cancelled = _lab.Submit(_lab.Feature("logins.feature", LabFaultTests.Logins.Replace("300", "1000000", StringComparison.Ordinal)));
        await _lab.UntilRunsAsync(cancelled);
        await _lab.TypeAsync("cancel", cancelled.Order.Run);
        await _lab.UntilEndedAsync(cancelled);
        Assert.That(cancelled.Run.Result()?.Finished?.Verdict, Is.EqualTo(Verdict.Aborted));

        KillBoard();
        broken.Add(_lab.Submit(feature));
        await _lab.UntilAsync(() => State("pi1").Contains("DRAIN", StringComparison.Ordinal), "the third that it breaks drains it");
        var rigs = await _lab.TypeAsync("rigs");
        Assert.That(rigs.Stdout, Does.Contain($"pi1  drained: harness: broke jobs {string.Join(' ', broken.Select(run => run.Job))}"), rigs.ToString());
    }

    [Test]
    public async Task A_poison_feature_is_held_after_two_rigs_and_harms_no_third()
    {
        await StartAsync("node_timeout: 10 s\nhealth_every: 60 min\n", rigs: 3);
        var run = _lab.Submit(_lab.Feature("poison.feature", Poison));
        await _lab.UntilAsync(() => _lab.Job(run) is { IsHeld: true }, "it is held");
        var attempts = run.Run.Attempts();
        Assert.That(attempts.Select(attempt => (attempt.Number, attempt.Finished?.Verdict)), Is.EqualTo(new[] { (1, (Verdict?)Verdict.RigError), (2, Verdict.RigError) }));
        Assert.That(run.Run.BrokenHosts(), Has.Count.EqualTo(2).And.Unique);
        var shown = await _lab.TypeAsync("show", "LAST");
        Assert.That(shown.Stdout, Does.Contain("held: it broke two rigs").And.Contain($"scontrol release {run.Job}"), shown.ToString());
        await _lab.UntilFreeAsync();

        // Others go on meanwhile, on rigs that it broke too.
        var others = _lab.Submit(3, _lab.Feature("board.feature", WorkFolder.PassingBoard));
        foreach (var other in others)
        {
            await _lab.UntilEndedAsync(other);
        }

        Assert.That(_lab.Results(others).Where(result => result.Run != run.Order.Run).Select(result => (result.Attempt, result.Verdict)), Is.EqualTo(Enumerable.Repeat((1, Verdict.Pass), 3)));
        var cancelled = await _lab.TypeAsync("cancel", run.Order.Run);
        Assert.That(cancelled.ExitCode, Is.Zero, cancelled.ToString());
        await _lab.UntilEndedAsync(run);
    }

    private async Task StartAsync(string more, int rigs = 2)
    {
        GiveBoard();
        var first = SlurmLab.OneBoard(1).Replace(_image, Own, StringComparison.Ordinal).Replace(Own + "-test", _image + "-test", StringComparison.Ordinal);
        _lab = await SlurmLab.StartAsync([first, .. Enumerable.Range(2, rigs - 1).Select(number => SlurmLab.OneBoard(number))], more: more);
    }

    // An image of the first rig's own under the name of the others', which is the kind of its board. It is replaced, as the old one may be running.
    private string Own => Path.Combine(_folder.FullName, "posix");

    private void GiveBoard() => Replace(next => File.Copy(_image, next));

    private void KillBoard() => Replace(next => File.Copy("/bin/false", next));

    private void Replace(Action<string> write)
    {
        var next = Own + ".next";
        write(next);
        File.Move(next, Own, overwrite: true);
    }

    private string State(string host) => _lab.Slurm.Nodes()?.Single(node => node.Name == host).State ?? "";

    private void Control(params string[] words)
    {
        var answer = _lab.Slurm.Run("scontrol", words);
        Assert.That(answer.ExitCode, Is.Zero, answer.Error);
    }

    // As slurmd calls it, every few minutes.
    private Task<Ended> VisitAsync(string host) => HarnessProcess.RunProgramAsync("/", "", "env", $"SLURMD_NODENAME={host}", _lab["config/harness-health.sh"]);
}
