using Harness.Adversary.Capture;

namespace Harness.Steps.Drivers;

/// <summary>Runs attacks and writes what became of them, however they end.</summary>
public sealed class AttackDriver(RunEnvironment environment, ScenarioScope scope, AttackContext context)
{
    private AttackRunner? _last;

    /// <summary>The attack that was run last.</summary>
    /// <exception cref="UnjudgeableException">None was.</exception>
    public AttackRunner Last => _last ?? throw new UnjudgeableException("attack", "one that was tried", "none", "When the adversary tries mitm-substituted-payload");

    /// <summary>Runs an attack, its positive control and its repair, and writes their ends and the capture.</summary>
    /// <exception cref="InconclusiveException">The attack could not tell.</exception>
    /// <exception cref="RigErrorException">The rig broke.</exception>
    public async Task RunAsync(Attack attack)
    {
        environment.Bench.Uses(attack.GetType().Assembly, "attack");
        await context.CastAsync(scope.Cancellation);
        _last = new AttackRunner(attack, context.Options());
        var trouble = "";
        try
        {
            await _last.RunAsync(scope.Cancellation);
        }
        catch (Exception e)
        {
            trouble = e.Message;
            throw;
        }
        finally
        {
            string? capture = null;
            try
            {
                capture = Keep(_last);
            }
            finally
            {
                Write(_last, capture, trouble);
            }
        }
    }

    /// <summary>Capture of the tap, for Wireshark; relative to the run folder.</summary>
    private string? Keep(AttackRunner run)
    {
        if (run.Capture.Count == 0)
        {
            return null;
        }

        var folder = Path.Combine(environment.Folder, "captures");
        try
        {
            Directory.CreateDirectory(folder);
            var name = $"{run.Attack.Id}.{run.Scheme}.pcapng";
            for (var again = 2; File.Exists(Path.Combine(folder, name)); again++)
            {
                name = $"{run.Attack.Id}.{run.Scheme}.{again}.pcapng";
            }

            PcapngFile.Save(Path.Combine(folder, name), run.Capture, $"{run.Attack.Id} on {ClaimCells.Label(run.Scheme)}: {run.Attack.Summary}");
            PacketListing.Save(Path.Combine(folder, name), run.Capture);
            return $"captures/{name}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RigErrorException("capture", $"a file below {folder}", e.Message, nextCommand: $"df -h {folder}", inner: e);
        }
    }

    private void Write(AttackRunner run, string? capture, string trouble)
    {
        var attack = run.Attack;
        if (attack is Finding finding)
        {
            environment.Sink.Write(new FindingJudged
            {
                Plugin = attack.Plugin, Scenario = scope.Id, Finding = attack.Id, Scheme = run.Scheme, Label = SchemeNames.Label(run.Scheme), Words = attack.Summary,
                Repair = finding.Repair, Shown = run.Result?.Won, Evidence = run.Result?.Evidence ?? trouble,
                Repaired = run.Repaired is { } repaired ? !repaired.Won : null, RepairEvidence = run.Repaired?.Evidence ?? "",
            });
            return;
        }

        var stated = attack.Plugin is null ? ClaimCells.Stated(run.Scheme, attack.Cell, []) : ClaimCells.Stated(run.Scheme, [attack]);
        environment.Sink.Write(new AttackEnded
        {
            Plugin = attack.Plugin, Scenario = scope.Id, Scheme = run.Scheme, Label = stated.Label, Claim = stated.Claim, Aspect = stated.Aspect, Attack = attack.Id,
            Summary = attack.Summary, Adversary = attack.Precondition, Won = run.Result?.Won, Evidence = run.Result?.Evidence ?? trouble,
            Control = attack.Control, ControlWon = run.Control?.Won, ControlEvidence = run.Control?.Evidence ?? run.ControlTrouble, Seed = attack.Seed,
            Reference = attack.Reference, Paper = stated.Paper, Expected = stated.Expected, OwnReading = stated.OwnReading, Capture = capture,
            Publisher = context.Publisher, Subscriber = context.Subscriber,
        });
    }
}
