namespace Harness.Bench;

/// <summary>Options of a <see cref="TestBench"/>.</summary>
public sealed record TestBenchOptions
{
    /// <summary>Receives <see cref="DeviceReady"/> and <see cref="FaultSeen"/>; null for no receiver.</summary>
    public IRunSink? Sink { get; init; }

    /// <summary>Boots the test firmware (<c>test_elf</c>, <c>test=1</c>) on emulated boards, for known answers.</summary>
    public bool TestFirmware { get; init; }

    /// <summary>The drivers that a rig file may name; the built-in ones unless the composition root adds others.</summary>
    public BenchDrivers Drivers { get; init; } = new();

    /// <summary>Opens a line of driver <c>tty</c>, and that of every emulated board, from its path and settings.</summary>
    public Func<string, SerialLineSettings, ILink> OpenLink { get; init; } = TtyLink.Open;

    /// <summary>
    /// The longest wait for a port that another program holds; zero for the rig's boot time. A missing port is waited for as long as the boot time.
    /// </summary>
    public TimeSpan Wait { get; init; }

    /// <summary>The longest wait for a port of a rig that another program holds.</summary>
    public TimeSpan Patience(RigFile rig) => Wait > TimeSpan.Zero ? Wait : rig.Timeouts.Boot;

    /// <summary>Called with one line of text when a port is waited for: its holder, or that it is missing.</summary>
    public Action<string>? OnWaiting { get; init; }

    /// <summary>Makes the party of a device in this process.</summary>
    public Func<DeviceEntry, IParty> CreateHost { get; init; } = entry => new HostParty(entry.Name);

    /// <summary>Path of the leash that emulators run on; null searches beside the firmware and in the folders above the rig.</summary>
    public string? LeashPath { get; init; }

    /// <summary>Folder of the lock files of real boards; null takes <see cref="DeviceLock.DefaultFolder"/>.</summary>
    public string? LockFolder { get; init; }

    /// <summary>Folder for the logs of a broker that is a program of its own; null keeps none.</summary>
    public string? LogFolder { get; init; }

    /// <summary>This program as a command line, for the guard that restores a board's power when this process ends; empty for none.</summary>
    public IReadOnlyList<string> Program { get; init; } = [];

    /// <summary>Clock of waits and transcripts.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
