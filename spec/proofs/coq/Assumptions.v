(** * What the theorems rest on

    Every theorem of theorems.json, in three groups. A group names its theorems and is itself a proof of nothing; what
    it rests on is what its theorems rest on together, and Coq prints that. *)

From IGC Require Formulas Division Sum Interleave GroupConvolution Composite SpecialCases Complexity Chain Adjoint Rounding Binary32 Subsampling RankOne.

(** No axiom at all. *)
Definition no_axioms : True :=
  let _ := @Interleave.interleave_is_bijection in
  let _ := @Interleave.deinterleave_is_interleave_swapped in
  let _ := @Interleave.deinterleave_after_interleave in
  let _ := @Interleave.interleave_after_deinterleave in
  let _ := @Interleave.interleave_is_involution_iff in
  let _ := @Interleave.complementary in
  let _ := @Interleave.complementary_all in
  let _ := @Interleave.exactly_one_path in
  let _ := @Composite.path_counts_are_one in
  let _ := @Composite.composite_is_dense in
  let _ := @Composite.composite_entry in
  let _ := @Composite.block_is_regular_convolution in
  let _ := @Composite.block_convolution_is_regular in
  let _ := @Composite.composite_is_matrix_product in
  let _ := @Composite.deinterleave_matrix_is_transpose in
  let _ := @Composite.block_at_its_patch in
  let _ := @GroupConvolution.group_is_regular_with_block_diagonal in
  let _ := @GroupConvolution.group_convolution_is_regular in
  let _ := @GroupConvolution.group_by_group in
  let _ := @SpecialCases.regular_convolution_is_a_block in
  let _ := @SpecialCases.regular_convolution_is_a_block_everywhere in
  let _ := @SpecialCases.summation_fusion in
  let _ := @SpecialCases.xception_is_a_block in
  let _ := @SpecialCases.one_primary_partition in
  let _ := @Complexity.parameters_factored in
  let _ := @Complexity.parameters_factored_general in
  let _ := @Complexity.wider_in_integers in
  let _ := @Complexity.nine_taps_are_wider in
  let _ := @Complexity.one_partition_is_not_wider in
  let _ := @Complexity.width_identity in
  let _ := @Chain.paths_out_of_a_channel in
  let _ := @Chain.strict_chain_has_product_C in
  let _ := @Chain.product_C_is_not_enough in
  let _ := @Chain.digit_chain_is_strict in
  let _ := @Chain.igcv1_is_a_strict_chain in
  let _ := @RankOne.regular_places in
  let _ := @Adjoint.convolution_adjoint_input in
  let _ := @Adjoint.convolution_adjoint_kernel in
  let _ := @Adjoint.group_convolution_adjoint_input in
  let _ := @Adjoint.group_convolution_adjoint_kernel in
  let _ := @Adjoint.bias_adjoint in
  let _ := @Adjoint.interleave_adjoint in
  let _ := @Adjoint.deinterleave_adjoint in
  let _ := @Adjoint.block_adjoint_input in
  let _ := @Adjoint.block_adjoint_primary_kernel in
  let _ := @Adjoint.block_adjoint_secondary_kernel in
  let _ := @GroupConvolution.output_size_counts_fitting_windows in
  let _ := @GroupConvolution.same_padding_size in
  let _ := @GroupConvolution.same_padding_keeps_the_size in
  let _ := @GroupConvolution.framework_same_padding_size in
  let _ := @GroupConvolution.unit_window_keeps_the_size in
  let _ := @GroupConvolution.patch_rows in
  let _ := @Subsampling.block_stride_is_subsampling in
  let _ := @Subsampling.strided_positions in
  let _ := @Subsampling.same_stride_is_not_subsampling in
  let _ := @Complexity.swapped_parameters_factored in
  let _ := @Subsampling.swapped_block_is_regular_convolution in
  let _ := @Subsampling.some_block_is_no_swapped_block in
  let _ := @Subsampling.some_swapped_block_is_no_block in
  let _ := @Subsampling.one_tap_families_agree in
  let _ := @Subsampling.one_channel_block_is_swapped in
  let _ := @Subsampling.one_partition_swapped_is_block in
  let _ := @Subsampling.block_adjoint_is_swapped_block in
  let _ := @Subsampling.flipped_size in
  let _ := @RankOne.primary_places in
  let _ := @RankOne.secondary_places in
  let _ := @RankOne.places_are_parameters in
  let _ := @RankOne.zero_off_the_diagonal in
  let _ := @RankOne.composite_has_rank_one_slices in
  let _ := @RankOne.rank_one_slices_are_composite in
  let _ := @RankOne.composite_iff_rank_one_over_a_field in
  let _ := @RankOne.composite_iff_rank_one_over_the_rationals in
  I.

Print Assumptions no_axioms.

(** The axioms of Coq's real numbers: comparison of reals, and functional extensionality. *)
Definition real_numbers : True :=
  let _ := @Complexity.wider_than_regular in
  let _ := @Complexity.paper_form_of_wider in
  let _ := @Rounding.any_order_bound in
  let _ := @Rounding.two_stage_bound in
  let _ := @Rounding.same_value_and_magnitude in
  let _ := @Rounding.composed_bound in
  I.

Print Assumptions real_numbers.

(** Those, and what Coq's analysis (square roots, exp, ln) and Flocq add: the excluded middle. *)
Definition real_analysis : True :=
  let _ := @Complexity.width_is_bounded in
  let _ := @Complexity.widest_iff in
  let _ := @Complexity.mean_inequality in
  let _ := @Complexity.chain_parameters_are_bounded in
  let _ := @Complexity.chain_bound_attained_iff in
  let _ := @Complexity.best_chain_length in
  let _ := @Complexity.best_chain_length_attained in
  let _ := @Chain.strict_chain_is_bounded in
  let _ := @Binary32.convolution_bound_simple in
  let _ := @Binary32.block_bound in
  let _ := @Binary32.binary32_convolution_bound in
  let _ := @Binary32.binary32_block_bound in
  let _ := @Binary32.binary32_plus in
  let _ := @Binary32.binary32_mult in
  let _ := @Binary32.binary32_fma in
  let _ := @Binary32.one_stage_bound_is_not_sound_for_the_block in
  I.

Print Assumptions real_analysis.
