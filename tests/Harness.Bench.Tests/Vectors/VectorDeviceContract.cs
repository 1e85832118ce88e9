namespace Harness.Bench.Tests.Vectors;

/// <summary>Contract tests of every device for known answers.</summary>
[Category("vectors")]
public abstract class VectorDeviceContract
{
    protected static readonly TimeSpan CaseLimit = TimeSpan.FromSeconds(30);

    // A hundred cases on an emulator take seconds, on a busy machine most of a minute.
    private static readonly TimeSpan WholeFile = TimeSpan.FromMinutes(4);
    private protected IVectorDevice Device { get; set; } = null!;

    /// <summary>True for a case of the shipped file that the device is known not to run.</summary>
    protected abstract bool IsBeyondIt(VectorCase vector);

    /// <summary>Sections of the answers for hardened that the device is known not to run.</summary>
    protected virtual IEnumerable<string> HardenedBeyondIt => [];

    /// <summary>True for a case that is asked here; the command's own test asks an emulated board for all.</summary>
    protected virtual bool IsAsked(string section, JsonObject vector) => true;

    protected Task<VectorResult> RunAsync(VectorFile file) =>
        VectorRun.RunAsync(file, Device, CaseLimit, null, null, new CancellationTokenSource(WholeFile).Token);

    [Test]
    public async Task The_shipped_file_passes_and_what_is_not_run_is_what_the_device_lacks()
    {
        var file = VectorDocument.Load().Where(IsAsked);
        var result = await RunAsync(file);
        Assert.Multiple(() =>
        {
            Assert.That(result.RigError, Is.Null);
            Assert.That(result.Outcomes.SelectMany(o => o.Mismatches), Is.Empty);
            Assert.That(
                result.Outcomes.Where(o => o.Status == CaseStatus.NotRun).Select(o => o.Case.Id),
                Is.EqualTo(file.Cases.Where(IsBeyondIt).Select(c => c.Id)));
            Assert.That(result.Passed, Is.EqualTo(file.Cases.Count(c => !IsBeyondIt(c))));
            foreach (var section in file.Cases.Select(c => c.Section).Distinct())
            {
                Assert.That(result.Outcomes.Count(o => o.Case.Section == section && o.Status == CaseStatus.Passed), Is.GreaterThan(0), section);
            }

            Assert.That(result.Outcomes.Where(o => o.Status == CaseStatus.NotRun), Has.All.Matches<VectorOutcome>(o => o.Reasons.Count > 0));
        });
    }

    [Test]
    public async Task The_answers_for_hardened_pass_and_what_is_not_run_is_what_the_device_lacks()
    {
        var result = await RunAsync(VectorFile.Load(VectorDocument.ShippedHardened));
        Assert.Multiple(() =>
        {
            Assert.That(result.RigError, Is.Null);
            Assert.That(result.Outcomes.SelectMany(o => o.Mismatches), Is.Empty);
            Assert.That(result.Outcomes.Where(o => o.Status == CaseStatus.NotRun).Select(o => o.Case.Section).Distinct(), Is.EquivalentTo(HardenedBeyondIt));
            Assert.That(result.Passed, Is.GreaterThanOrEqualTo(8), "pseudonyms and logins at least");
        });
    }

    [TestCaseSource(typeof(VectorDocument), nameof(VectorDocument.Falsifications))]
    public async Task One_wrong_digit_fails_that_case_and_names_the_field(string section, int index, string field, string named)
    {
        var document = VectorDocument.Load();
        document.FlipLastDigit(section, index, field);
        var result = await RunAsync(document.Only(section, index, index + 1));
        var failed = result.Outcomes.Where(o => o.Status == CaseStatus.Failed).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(failed.Select(o => o.Case.Id), Is.EqualTo(new[] { $"{section}[0]" }), "the falsified case stands first in the cut");
            Assert.That(result.Passed, Is.EqualTo(1), "the untouched neighbour");
            Assert.That(failed.SelectMany(o => o.Mismatches).Select(m => m.Field), Does.Contain(named));
        });
    }

    [Test]
    public async Task A_difference_shows_eight_digits_and_where_never_a_whole_key()
    {
        var document = VectorDocument.Load();
        document.FlipLastDigit("augpake", 0, "SK");
        document.FlipLastDigit("augpake", 0, "Vc");
        document.FlipLastDigit("mqtt_present", 0, "ks");
        var file = document.Only("augpake", 0);
        var text = VectorReport.Render(await RunAsync(file), "rig.yaml") + VectorReport.RenderJson(await RunAsync(document.Only("mqtt_present", 0)), "rig.yaml");
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain("FAILED augpake[0]").And.Contain("Vc").And.Contain("first difference at byte 31"));
            Assert.That(text, Does.Not.Match("[0-9a-f]{17,}"), "fingerprints have 16 digits, nothing has more");
        });
    }

    [Test]
    public async Task A_stopped_run_is_reported_as_stopped_and_never_passes()
    {
        using var stop = new CancellationTokenSource();
        var file = VectorFile.Load(VectorDocument.Shipped);
        var result = await VectorRun.RunAsync(file, Device, CaseLimit, _ => stop.Cancel(), null, stop.Token);
        Assert.Multiple(() =>
        {
            Assert.That(result.Verdict, Is.EqualTo(Harness.Record.Verdict.Aborted));
            Assert.That(result.NotReached, Is.EqualTo(file.Cases.Count - 1));
            Assert.That(VectorReport.Counts(result), Does.Contain($"{file.Cases.Count - 1} not reached"));
        });
    }

    [Test]
    public async Task A_file_of_which_nothing_can_run_is_inconclusive()
    {
        var document = VectorDocument.Load();
        document.Case("augpake", 0)["group"] = "a-group-of-tomorrow";
        var result = await RunAsync(document.Only("augpake", 0));
        Assert.Multiple(() =>
        {
            Assert.That(result.Verdict, Is.EqualTo(Harness.Record.Verdict.Inconclusive));
            Assert.That(VectorReport.Render(result, "r"), Does.Contain("can run none").And.EndWith("0 passed, 0 failed, 1 not run"));
        });
    }
}
