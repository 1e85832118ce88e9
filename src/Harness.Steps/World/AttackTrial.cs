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

    /// <summary>The attack.</summary>
    public Attack Attack => attack;

    /// <summary>How it ended on the rig's devices; null before.</summary>
    public AttackResult? Result { get; private set; }

    /// <summary>How it ended on the weak setting; null where that could not be told.</summary>
    public AttackResult? Control { get; private set; }

    /// <summary>Why the control could not be told.</summary>
    public string ControlTrouble { get; private set; } = "it did not run";

    /// <summary>Runs both and writes what became of them.</summary>
    /// <exception cref="InconclusiveException">The attack could not tell.</exception>
    /// <exception cref="RigErrorException">The rig broke.</exception>
    public async Task RunAsync()
    {
        if (!attack.Schemes.Contains(scene.Scheme))
        {
            throw new InconclusiveException($"attack {attack.Id}", $"one of {string.Join(", ", attack.Schemes)}", scene.Scheme, nextCommand: "./harness claims --list");
        }

        string? capture = null;
        var trouble = "";
        try
        {
            capture = await AttackAsync();
            await ControlAsync();
        }
        catch (Exception e)
        {
            trouble = e.Message;
            throw;
        }
        finally
        {
            Write(capture, trouble);
        }
    }

    /// <summary>Runs a finding with its repair on.</summary>
    /// <exception cref="InconclusiveException">Its repair is not part of this product.</exception>
    public async Task<AttackResult> RunRepairedAsync()
    {
        var run = (attack as Finding)?.RunRepairedAsync(new Grounds(options), world.Cancellation)
            ?? throw new InconclusiveException($"repair of {attack.Id}", "to be part of this product", (attack as Finding)?.Repair ?? "no finding");
        return await run;
    }

    private async Task<string?> AttackAsync()
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

            return Keep(ground.Proxy.Capture);
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

    private static string? Keep(IReadOnlyList<CapturedBytes> capture) => capture.Count == 0 ? null : null;

    private void Write(string? capture, string trouble)
    {
        if (attack is Finding finding)
        {
            world.Environment.Sink.Write(new FindingJudged
            {
                Scenario = world.Scope.Id, Finding = attack.Id, Scheme = scene.Scheme, Label = SchemeNames.Label(scene.Scheme), Words = attack.Summary,
                Repair = finding.Repair, Shown = Result?.Won, Evidence = Result?.Evidence ?? trouble,
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
