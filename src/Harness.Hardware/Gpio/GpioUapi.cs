namespace Harness.Hardware.Gpio;

/// <summary>GPIO character device, uAPI v2 (linux/gpio.h, Linux 5.10): requests and structures; the numbers encode the sizes.</summary>
internal static class GpioUapi
{
    public const nuint ChipInfo = 0x8044B401;      // GPIO_GET_CHIPINFO_IOCTL
    public const nuint LineInfo = 0xC100B405;      // GPIO_V2_GET_LINEINFO_IOCTL
    public const nuint GetLine = 0xC250B407;       // GPIO_V2_GET_LINE_IOCTL
    public const nuint GetValues = 0xC010B40E;     // GPIO_V2_LINE_GET_VALUES_IOCTL

    public const ulong Used = 1 << 0;
    public const ulong Input = 1 << 2;
    public const ulong EdgeRising = 1 << 4;
    public const ulong EdgeFalling = 1 << 5;

    // struct gpio_v2_line_event: timestamp_ns u64, id, offset, seqno, line_seqno u32, 6 u32 of padding.
    public const int LineEventSize = 48;
    public const int EventId = 8;
    public const int EventLineSequence = 20;
    public const uint EventRising = 1;

    [StructLayout(LayoutKind.Sequential, Size = 68)]
    public unsafe struct GpioChipInfo
    {
        public fixed byte Name[32];
        public fixed byte Label[32];
        public uint Lines;
    }

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public unsafe struct GpioLineInfo
    {
        [FieldOffset(0)] public fixed byte Name[32];
        [FieldOffset(32)] public fixed byte Consumer[32];
        [FieldOffset(64)] public uint Offset;
        [FieldOffset(72)] public ulong Flags;
    }

    [StructLayout(LayoutKind.Explicit, Size = 592)]
    public unsafe struct GpioLineRequest
    {
        [FieldOffset(0)] public uint FirstOffset;
        [FieldOffset(256)] public fixed byte Consumer[32];
        [FieldOffset(288)] public ulong Flags;
        [FieldOffset(560)] public uint LineCount;
        [FieldOffset(564)] public uint EventBufferSize;
        [FieldOffset(588)] public int Descriptor;
    }
}
