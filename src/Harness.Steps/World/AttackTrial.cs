using Harness.Adversary.Capture;
using Harness.Adversary.Claims;
using Harness.Mqtt;
using Harness.Record;
using Harness.Schemes;

namespace Harness.Steps.World;

/// <summary>One attack tried on the rig's devices and on its weak setting. However it ends, the record says so: a trial that left no trace would
/// let its cell hold by the others alone.</summary>
public sealed class AttackTrial(ScenarioWorld world, ClaimScene scene, Attack attack)
{
    private readonly GroundOptions options = attack.Prepare(scene.Options()) with { Seed = attack.Seed };

    private string? capture;

    /// <summary>The attack.</summary>
    public Attack Attack => attack;

    /// <summary>How it ended on the rig's devices; null before.</summary>
    public AttackResult? Result { get; private set; }

    /// <summary>How it ended on the weak setting; null where that could not be told.</summary>
    public AttackResult? Control { get; private set; }

    /// <summary>Why the control could not be told.</summary>
    public string ControlTrouble { get; private set; } = "it did not run";

    /// <summary>How a finding ended with its repair on; null where it has none here.</summary>
    public AttackResult? Repaired { get; private set; }

    /// <summary>Runs both and writes what became of them.</summary>
    /// <exception cref="InconclusiveException">The attack could not tell.</exception>
    /// <exception cref="RigErrorException">The rig broke.</exception>
    public async Task RunAsync()
    {
        if (!attack.Schemes.Contains(scene.Scheme))
        {
            throw new InconclusiveException($"attack {attack.Id}", $"one of {string.Join(", ", attack.Schemes)}", scene.Scheme, nextCommand: "./harness claims --list");
        }

        var trouble = "";
        try
        {
            await AttackAsync();
            await ControlAsync();
            await RepairAsync();
        }
        catch (Exception e)
        {
            trouble = e.Message;
            throw;
        }
        finally
        {
            Write(trouble);
        }
    }

    private async Task AttackAsync()
    {
        var ground = await Ground.OpenAsync(options, world.Cancellation);
        await using (ground.ConfigureAwait(false))
        {
            try
            {
                Result = await attack.RunAsync(ground, world.Cancellation);
                ground.ThrowIfFaulted();
            }
            catch when (Result is not null)
            {
                // The harness stumbled around broker or tap: whatever was seen proves nothing.
                Result = null;
                throw;
            }
            finally
            {
                // Also of an attack that threw: what it saw until then says why.
                capture = Keep(ground.Proxy.Capture);
            }
        }
    }

    /// <summary>What the tap saw, for Wireshark; relative to the run folder.</summary>
    private string? Keep(IReadOnlyList<CapturedBytes> capture)
    {
        if (capture.Count == 0)
        {
            return null;
        }

        var folder = Path.Combine(world.Environment.Folder, "captures");
        try
        {
            Directory.CreateDirectory(folder);
            var name = $"{attack.Id}.{scene.Scheme}.pcapng";
            for (var again = 2; File.Exists(Path.Combine(folder, name)); again++)
            {
                name = $"{attack.Id}.{scene.Scheme}.{again}.pcapng";
            }

            PcapngFile.Save(Path.Combine(folder, name), capture, $"{attack.Id} on {ClaimCells.Label(scene.Scheme)}: {attack.Summary}");
            return $"captures/{name}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RigErrorException("capture", $"a file below {folder}", e.Message, nextCommand: $"df -h {folder}", inner: e);
        }
    }

    /// <summary>A finding again with its repair on, where the repair is part of this product.</summary>
    private async Task RepairAsync()
    {
        if ((attack as Finding)?.RunRepairedAsync(new Grounds(options), world.Cancellation) is { } run)
        {
            Repaired = await run;
        }
    }

    private async Task ControlAsync()
    {
        try
        {
            Control = await attack.RunControlAsync(new Grounds(options), world.Cancellation);
        }
        catch (InconclusiveException e)
        {
            ControlTrouble = e.Message;
        }
    }

    private void Write(string trouble)
    {
        if (attack is Finding finding)
        {
            world.Environment.Sink.Write(new FindingJudged
            {
                Scenario = world.Scope.Id, Finding = attack.Id, Scheme = scene.Scheme, Label = SchemeNames.Label(scene.Scheme), Words = attack.Summary,
                Repair = finding.Repair, Shown = Result?.Won, Evidence = Result?.Evidence ?? trouble,
                Repaired = Repaired is { } repaired ? !repaired.Won : null, RepairEvidence = Repaired?.Evidence ?? "",
            });
            return;
        }

        var stated = ClaimCells.Stated(scene.Scheme, attack.Cell, []);
        world.Environment.Sink.Write(new AttackEnded
        {
            Scenario = world.Scope.Id, Scheme = scene.Scheme, Label = stated.Label, Claim = stated.Claim, Aspect = stated.Aspect, Attack = attack.Id,
            Summary = attack.Summary, Adversary = attack.Precondition, Won = Result?.Won, Evidence = Result?.Evidence ?? trouble,
            Control = attack.Control, ControlWon = Control?.Won, ControlEvidence = Control?.Evidence ?? ControlTrouble, Seed = attack.Seed,
            Reference = attack.Reference, Paper = stated.Paper, Expected = stated.Expected, OwnReading = stated.OwnReading, Capture = capture,
            Publisher = scene.Publisher, Subscriber = scene.Subscriber,
        });
    }
}
