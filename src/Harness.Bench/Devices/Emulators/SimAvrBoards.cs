namespace Harness.Bench.Devices.Emulators;

/// <summary>An ATmega328P on simavr.</summary>
[EmulatorDriver("simavr-atmega328p")]
internal sealed class SimAvrAtmega328P() : SimAvr("atmega328p");

/// <summary>An ATmega1284P on simavr.</summary>
[EmulatorDriver("simavr-atmega1284p")]
internal sealed class SimAvrAtmega1284P() : SimAvr("atmega1284p");
