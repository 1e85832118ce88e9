using Harness.Bench.Devices;
using Harness.Bench.Measuring;

namespace Harness.Steps.Drivers;

/// <summary>Takes the memory that a scheme takes on boards: flash and static RAM by the linker's maps of their builds, and the deepest stack by their paint.</summary>
public sealed class FootprintDriver(RunEnvironment environment, ScenarioScope scope, AttackContext scene)
{
    private readonly List<SchemeFootprint> _taken = [];

    /// <summary>The boards that were asked, in order.</summary>
    public IReadOnlyList<SchemeFootprint> Taken => _taken;

    /// <summary>Asks every board of the rig, or the one that was named to publish; boards of one image once.</summary>
    /// <exception cref="RigErrorException">A board does not come up.</exception>
    public async Task TakeAsync()
    {
        var rig = environment.Bench.Rig;
        var named = environment.Cast.Publisher is { } publisher ? rig.Find(publisher) : null;
        foreach (var entry in rig.Devices.Values.Where(d => d.Kind == DeviceKind.Serial && (named is null || d == named)).DistinctBy(d => d.Elf ?? d.Name))
        {
            Note(await OfAsync(entry));
        }
    }

    /// <summary>Keeps what a board takes, and tells it.</summary>
    public void Note(SchemeFootprint footprint)
    {
        _taken.Add(footprint);
        environment.Sink.Write(footprint);
    }

    private async Task<SchemeFootprint> OfAsync(DeviceEntry entry)
    {
        var board = (await environment.Bench.GetBoardAsync(entry.Name, scope.Cancellation)).Info;
        var group = SchemeStacks.GroupOf(environment.Bench, entry.Name, scene.Scheme);
        var footprint = new SchemeFootprint
        {
            Scenario = scope.Id, Scheme = scene.Scheme, Label = SchemeNames.Label(scene.Scheme), Device = entry.Name, Board = board.Board, Build = board.Build, Group = group,
            Provenance = entry.Provenance,
        };
        if (!board.Schemes.Contains(scene.Scheme))
        {
            return footprint with { Reason = "its firmware does not have it" };
        }

        var (sizes, unknown) = FirmwareSizes.Of(environment.Bench.Rig, entry, board);
        if (sizes?.Alone.GetValueOrDefault(scene.Scheme) is { } alone)
        {
            var own = sizes.OwnOf(scene.Scheme);
            footprint = footprint with { Flash = alone.Flash, OwnFlash = own?.Flash, Ram = alone.Ram, OwnRam = own?.Ram };
        }
        else
        {
            footprint = footprint with { SizesReason = $"{unknown ?? "the linker's maps have no such scheme"}; next: {FirmwareSizes.Command}" };
        }

        if (group.Length > 0 && !board.Groups.Contains(group))
        {
            return footprint with { StackReason = $"its firmware does not have the group {group}" };
        }

        return await SchemeStacks.MeasureAsync(environment.Bench, entry.Name, scene.Scheme, scope.Cancellation) is { } stack
            ? footprint with { Stack = stack.Deepest, StackReserved = stack.Reserved }
            : footprint with { StackReason = "neither its firmware (STACK) nor an emulator tells it" };
    }
}
